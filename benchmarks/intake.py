"""How quick the intake is: ours (read, interpret, check, land) beside dlt loading the same into DuckDB unchecked.

Belongs here: timing both sides in turn and printing rows per second, ratios and peaks. Does not belong here: the sides
(`intake_sides`), the data and servers (`intake_data`), judging the figures (README.md).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.intake_data import served, write_csv, write_workbook
from benchmarks.measuring import Cost, Spread, elsewhere, measure

KINDS = ("csv", "postgresql", "json", "xlsx")
_WORKBOOK_SHARE = 5  # a workbook has a fifth of the rows: a sheet ends at 1,048,576


def time_side(side: str, kind: str, folder: Path) -> Cost:
    """One side once, from nothing, as a process of its own."""
    for left in ("landing", "dlt", f"dlt-{kind}.duckdb"):
        path = folder / left
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return elsewhere(measure, [sys.executable, "-m", "benchmarks.intake_sides", side, kind, folder])


def report(kind: str, rows: int, pairs: list[tuple[Cost, Cost]]) -> str:
    """One line per side, and the ratio taken pair by pair (above 1: ours is quicker)."""
    lines = []
    for name, costs in (("ours", [a for a, _ in pairs]), ("dlt", [b for _, b in pairs])):
        speed = Spread.of(rows / cost.wall for cost in costs)
        lines.append(f"{kind:<12}{name:<6}{speed} rows/s   peak {max(cost.peak for cost in costs):6.0f} MiB")
    lines.append(f"{kind:<12}{'dlt / ours, wall':<6}{Spread.of(b.wall / a.wall for a, b in pairs)}")
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
        write_csv(folder, arguments.rows)
        write_workbook(folder, workbook_rows)
        print("                     low   middle     high")
        with served(folder, arguments.rows):
            for kind in arguments.kinds:
                pairs = [
                    (time_side("ours", kind, folder), time_side("dlt", kind, folder)) for _ in range(arguments.pairs)
                ]
                print(report(kind, workbook_rows if kind == "xlsx" else arguments.rows, pairs), flush=True)


if __name__ == "__main__":
    main()
