"""Petition counts of simulated counties: no hidden one can be worked out, and few are hidden for another's sake."""

from __future__ import annotations

import pytest

from pipelines.checks import cells


def test_no_hidden_count_of_a_simulated_county_can_be_worked_out() -> None:
    result = cells.check_cells(counties=1, weeks=1, villages=60)
    assert result.open == 0 and result.extra_share <= cells.MOST_EXTRA and result.met
    assert result.open_without > 0 and result.extra > 0


def test_a_county_without_complements_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "suppress", lambda system, sensitive: sensitive)
    assert not cells.check_cells(counties=1, weeks=1, villages=30).met


@pytest.mark.long
def test_fifty_counties_over_ten_weeks() -> None:
    result = cells.check_cells(counties=50, weeks=10)
    assert result.open == 0 and result.extra_share <= cells.MOST_EXTRA
