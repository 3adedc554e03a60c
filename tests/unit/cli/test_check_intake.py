"""`cunshe check intake` ends with 1 where a case is wrong, in both forms, and can try one kind."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from pipelines.checks.intake import run
from pipelines.checks.intake.cases import Case
from pipelines.checks.intake.compare import Result
from pipelines.cli_check import app


@pytest.mark.parametrize("wrong", [(), ("a.csv: asked instead of read",)])
def test_the_exit_code_says_whether_a_case_is_wrong(monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]) -> None:
    tried: list[str] = []

    def checked(cases: Sequence[Case]) -> list[Result]:
        tried.extend(case.kind for case in cases)
        return [Result("one", "E-17", "甲", "a", ("read",), wrong)]

    monkeypatch.setattr(run, "check_intake", checked)
    table = CliRunner().invoke(app, ["intake", "--kind", "E-17"])
    assert set(tried) == {"E-17"}
    assert table.exit_code == (1 if wrong else 0)
    assert ("  a.csv: asked instead of read" in table.stdout) == bool(wrong)
    as_json = CliRunner().invoke(app, ["intake", "--json"])
    assert len(set(tried)) > 60, "all kinds where none is named"
    assert as_json.exit_code == table.exit_code
    said = json.loads(as_json.stdout)
    assert (said["total"]["wrong"], len(said["wrong"]), said["total"]["read"]) == ((1, 1, 0) if wrong else (0, 0, 1))
