"""The pieces of the intake benchmark: its data, both sides on a few rows, the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.intake import Turn, report, time_side
from benchmarks.intake_data import rows, write_workbook
from benchmarks.measuring import Cost


def test_the_same_count_gives_the_same_rows() -> None:
    assert list(rows(50)) == list(rows(50))
    assert len({row[0] for row in rows(50)}) == 50


def test_both_sides_bring_in_every_row(tmp_path: Path) -> None:
    write_workbook(tmp_path, 300)
    assert time_side("ours", "xlsx", tmp_path, 300).seconds > 0
    with pytest.raises(RuntimeError, match="dlt brought 300 of 301"):
        time_side("dlt", "xlsx", tmp_path, 301)


def test_the_ratio_says_how_much_quicker_ours_is() -> None:
    turns = (Turn(Cost(10, 1, 50), 2), Turn(Cost(5, 1, 60), 8))
    lines = report("csv", 800, [turns]).splitlines()
    assert "400.00 rows/s, peak 50 MiB" in lines[0]
    assert lines[2].split()[-1] == "4.00"
    assert lines[3].split()[-1] == "0.50"
