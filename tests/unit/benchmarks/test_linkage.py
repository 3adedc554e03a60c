"""The pieces of the linkage benchmark: its records, both sides on a few of them, the report."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.linkage import Turn, prepare, report, time_side
from benchmarks.linkage_sides import MODEL
from benchmarks.measuring import Cost, TooLongError, measure


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    prepare(folder, persons=300, mentions=1_200, new=40, seed=1)
    return folder


def test_new_records_are_none_of_the_old(records: Path) -> None:
    whole, new = (
        set(pq.read_table(records / f"mention_{one}.parquet")["mention_id"].to_pylist()) for one in ("whole", "new")
    )
    assert (len(whole), len(new)) == (1_200, 40)
    assert not whole & new


@pytest.mark.parametrize("what", ["whole", "new"])
def test_ours_links_most_of_them(records: Path, what: str) -> None:
    turn = time_side("ours", what, records, limit=300)
    assert turn.cost is not None and 0 < turn.seconds < turn.cost.wall
    assert turn.linked > {"whole": 600, "new": 20}[what]


def test_splink_keeps_its_model_for_new_records(records: Path) -> None:
    assert time_side("splink", "whole", records, limit=300).linked > 400
    assert (records / MODEL).exists()
    assert time_side("splink", "new", records, limit=300).linked > 10


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(TooLongError, match="not done after 1 s"):
        measure([sys.executable, "-I", "-S", "-c", "while True: pass"], limit=1)


def test_the_report_holds_ours_against_the_aims() -> None:
    def line(seconds: float, peak: float, side: str = "ours") -> str:
        return report("whole", side, Turn(Cost(99, 120, peak), seconds, 5_000, 10))

    assert "reached" in line(60, 4_096) and "MISSED" in line(61, 100) and "MISSED" in line(1, 4_097)
    assert "aim" not in line(1, 1, "splink")
    assert "5,000" in line(1, 1)
    assert report("new", "splink", Turn(None, 1_800)) == "new    splink  not done after 1800 s, ended"
