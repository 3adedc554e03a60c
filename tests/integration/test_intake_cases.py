"""Every case of what departments really send, through the real contract, suite and gate: its value is the right one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.checks.intake.cases import Case, load_cases
from pipelines.checks.intake.run import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as running:
        yield running


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_a_case_comes_out_right(case: Case, bench: Bench) -> None:
    assert bench.run(case).wrong == ()
