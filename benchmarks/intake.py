"""How quick the intake is: ours (read, interpret, check, land) beside dlt loading the same into DuckDB unchecked.

Belongs here: timing both sides in turn and printing rows per second, ratios and peaks. Does not belong here: the sides
(`intake_sides`), the data and servers (`intake_data`), judging the figures (README.md).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.intake_data import served, write_csv, write_workbook
from benchmarks.intake_sides import RESULT
from benchmarks.measuring import Cost, Spread, elsewhere, measure

KINDS = ("csv", "postgresql", "json", "xlsx")
_WORKBOOK_SHARE = 5  # a workbook has a fifth of the rows: a sheet ends at 1,048,576


@dataclass(frozen=True)
class Turn:
    """One side once: what its process cost, and of that the seconds after its packages were loaded."""

    cost: Cost
    seconds: float


def time_side(side: str, kind: str, folder: Path, rows: int) -> Turn:
    """One side once, from nothing, as a process of its own. RuntimeError where rows are missing."""
    for left in ("landing", "dlt", f"dlt-{kind}.duckdb", RESULT):
        path = folder / left
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    cost = elsewhere(measure, [sys.executable, "-m", "benchmarks.intake_sides", side, kind, folder])
    brought, seconds = (folder / RESULT).read_text("utf-8").split()
    if int(brought) != rows:
        raise RuntimeError(f"{side} brought {brought} of {rows} rows of {kind}")
    return Turn(cost, float(seconds))


def report(kind: str, rows: int, pairs: list[tuple[Turn, Turn]]) -> str:
    """Speed and peak of each side, and the ratios taken pair by pair (above 1: ours is quicker)."""
    lines = []
    for place, name in enumerate(("ours", "dlt")):
        turns = [pair[place] for pair in pairs]
        peak = max(turn.cost.peak for turn in turns)
        lines.append(f"{kind:<12}{name:<22}{Spread.of(rows / turn.seconds for turn in turns)} rows/s, peak {peak:.0f} MiB")
    loading = Spread.of(dlt.seconds / ours.seconds for ours, dlt in pairs)
    whole = Spread.of(dlt.cost.wall / ours.cost.wall for ours, dlt in pairs)
    lines.append(f"{kind:<12}{'dlt / ours':<22}{loading}")
    lines.append(f"{kind:<12}{'dlt / ours, process':<22}{whole}")
    return "\n".join(lines)


def main() -> None:
    """Prepare the data once, then A B A B for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        workbook_rows = arguments.rows // _WORKBOOK_SHARE
        if "csv" in arguments.kinds:
            write_csv(folder, arguments.rows)
        if "xlsx" in arguments.kinds:
            write_workbook(folder, workbook_rows)
        print(f"{'':<34}     low   middle     high")
        with served(folder, arguments.rows, arguments.kinds):
            for kind in arguments.kinds:
                rows = workbook_rows if kind == "xlsx" else arguments.rows
                pairs = [
                    (time_side("ours", kind, folder, rows), time_side("dlt", kind, folder, rows))
                    for _ in range(arguments.pairs)
                ]
                print(report(kind, rows, pairs), flush=True)


if __name__ == "__main__":
    main()
