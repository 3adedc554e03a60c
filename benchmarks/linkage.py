"""How quick the linking is: a million records against 200,000 persons from nothing, and 10,000 new ones against them.

Belongs here: making the records, timing ours beside stock Splink on the same ones, printing seconds and peaks. Does not
belong here: the sides (`linkage_sides`), how right they are (`cunshe check linkage`), judging the figures (README.md).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.linkage_sides import MODEL, RESULT, TABLES
from benchmarks.measuring import Cost, TooLongError, elsewhere, measure

SIDES = ("ours", "splink")
# What is asked of ours on 2 cores: seconds, and MiB.
AIM_SECONDS, AIM_PEAK = {"whole": 60.0, "new": 10.0}, 4 * 1024.0


@dataclass(frozen=True)
class Turn:
    """One side once; `cost` None where it was ended at the limit."""

    cost: Cost | None
    seconds: float
    linked: int = 0
    waiting: int = 0


def prepare(folder: Path, persons: int, mentions: int, new: int, seed: int) -> None:
    """Write the tables as Parquet, the new mentions spread over the whole county; nothing where they are there already."""
    import pyarrow.parquet as pq

    from pipelines.simulation.linkage import simulate_linkage

    if (folder / "mention_new.parquet").exists():
        return
    # a little more than is needed: the same evidence twice is one mention
    county = simulate_linkage(seed, persons, per_person=1.1 * (mentions + new) / persons)
    for name in TABLES:
        pq.write_table(getattr(county, name), folder / f"{name}.parquet")
    # the ids are hashes, so their order is no order
    shuffled: Any = county.mention.sort_by("mention_id")
    if shuffled.num_rows < mentions + new:
        raise RuntimeError(f"{shuffled.num_rows} mentions are too few")
    pq.write_table(shuffled.slice(0, mentions), folder / "mention_whole.parquet")
    pq.write_table(shuffled.slice(mentions, new), folder / "mention_new.parquet")


def time_side(side: str, what: str, folder: Path, limit: float) -> Turn:
    """One side once, as a process of its own."""
    (folder / RESULT).unlink(missing_ok=True)
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.linkage_sides", side, what, folder]
    try:
        cost = elsewhere(measure, command, limit)
    except TooLongError:
        return Turn(None, limit)
    return Turn(cost, **json.loads((folder / RESULT).read_text("utf-8")))


def report(what: str, side: str, turn: Turn) -> str:
    """One line: seconds from tables to links, the process with loading, its peak, what came of it."""
    if turn.cost is None:
        return f"{what:<7}{side:<8}not done after {turn.seconds:.0f} s, ended"
    line = (
        f"{what:<7}{side:<8}{turn.seconds:>9.1f} s{turn.cost.wall:>9.1f} s{turn.cost.cpu:>9.1f} s{turn.cost.peak:>9.0f} MiB"
        f"{turn.linked:>11,}{turn.waiting:>10,}"
    )
    if side != "ours":
        return line
    reached = turn.seconds <= AIM_SECONDS[what] and turn.cost.peak <= AIM_PEAK
    return f"{line}  aim {AIM_SECONDS[what]:.0f} s, {AIM_PEAK:.0f} MiB: {'reached' if reached else 'MISSED'}"


def main() -> None:
    """Make the records, then ours and Splink in turn for both tasks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=200_000)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--limit", type=float, default=1_800, help="seconds after which a side is ended (default 1800)")
    parser.add_argument("--folder", type=Path, help="keep the records here, and take them from here if they are there")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunshe-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Making {arguments.mentions + arguments.new:,} records of {arguments.persons:,} persons ...", flush=True)
        elsewhere(prepare, folder, arguments.persons, arguments.mentions, arguments.new, seed=1)
        (folder / MODEL).unlink(missing_ok=True)
        print(f"{'':<15}{'linking':>11}{'process':>11}{'CPU':>11}{'peak':>13}{'linked':>11}{'waiting':>10}")
        for what in AIM_SECONDS:
            for side in arguments.sides:
                print(report(what, side, time_side(side, what, folder, arguments.limit)), flush=True)


if __name__ == "__main__":
    main()
