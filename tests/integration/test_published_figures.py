"""`cunshe check figures` on the smallest of the five counties: files in, marts out, beside what was printed.

How a figure is compared is tested with a hand-made edition in tests/unit/checks; here the county goes the whole way.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.checks import figures
from pipelines.checks.figures import Compared, as_page, check_figures, printed_figures
from pipelines.docs_pages import DOCS

COUNTY = "yunxi"
pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Checked:
    """The home that the scenario ran in, and what the check found there."""

    home: Path
    found: list[Compared]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    keep = tmp_path_factory.mktemp("figures")
    return Checked(keep / COUNTY, check_figures([COUNTY], keep=keep))


def test_every_printed_figure_is_compared_and_agrees(checked: Checked) -> None:
    assert [one.figure for one in checked.found] == [one for one in printed_figures() if one.scenario == COUNTY]
    assert [one.figure.id for one in checked.found if not one.as_expected] == []


def test_what_comes_out_is_what_the_ledgers_hold(checked: Checked) -> None:
    terms = {one.figure.id: (one.terms, one.value) for one in checked.found}
    assert terms["S4-03"] == ("7", "7")
    assert terms["S4-05b"] == ("2180/57", "38.2")


def test_the_page_says_what_came_out(checked: Checked) -> None:
    page = (DOCS / "published-figures.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in as_page(checked.found).splitlines() if line not in page] == []


def test_a_county_that_is_not_as_printed_is_found(checked: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    agreeing = [one.figure for one in checked.found if one.agrees and one.figure.printed is not None]
    changed = tuple(one.model_copy(update={"printed": (one.printed or 0) + 1}) for one in agreeing)
    monkeypatch.setattr(figures, "printed_figures", lambda: changed)
    wrong = [one.figure.id for one in figures.compare(COUNTY, checked.home) if not one.as_expected]
    assert wrong == [one.id for one in agreeing]
