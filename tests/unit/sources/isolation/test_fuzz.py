"""Thousands of damaged files: each is read or refused with a reason, in time and in bounds, and the next one is as well."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.landing.land import Door, land_dataset
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.isolation.bounds import BOUNDS, Bounds
from pipelines.sources.isolation.process import WARM
from pipelines.sources.isolation.reader import read_apart
from pipelines.sources.reasons import Unreadable
from tests.unit.landing.test_land import SUNDAY, door, sealed
from tests.unit.sources.isolation.damaged import KINDS, base, damaged

__all__ = ["door", "sealed"]  # fixtures

POSTS = load_catalog()["organisation__posts"]
MOST_SECONDS = 30
MOST_MEMORY_MB = 1024
ORDINARY, LONG = 150, 20_000
# What takes long takes as long as it may: in the ordinary profile that is little.
HASTE = Bounds(seconds=3, seconds_per_mb=0)


@dataclass
class Tally:
    """What came of the files, and the most that one took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    memory_mb: int = 0

    def add(self, seed: int, bounds: Bounds) -> None:
        kind, content = damaged(seed)
        started = time.monotonic()
        try:
            read = interpret(read_apart(content, POSTS.known_headers, bounds), POSTS, allow_unassigned_area=True)
            outcome = "read, rows set aside" if read.rejects else "read"
        except Unreadable as problem:
            outcome = problem.why.code
        taken = time.monotonic() - started
        assert taken < MOST_SECONDS, f"the {kind} of seed {seed} took {taken:.0f} s"
        self.outcomes[outcome] += 1
        self.seconds = max(self.seconds, taken)
        self.memory_mb = max(self.memory_mb, memory_of_reader())
        assert self.memory_mb < MOST_MEMORY_MB, f"the {kind} of seed {seed} took {self.memory_mb} MB"


def memory_of_reader() -> int:
    """The most memory the reading process has had, in MiB; 0 while a new one starts."""
    if WARM._idle is None:
        return 0
    return memory_of(str(WARM._idle.pid), "VmHWM")


def memory_of(process: str, what: str) -> int:
    """What a process has now (VmRSS) or has had at most (VmHWM), in MiB."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(what)), 0)


def run(seeds: range, bounds: Bounds) -> Tally:
    tally = Tally()
    started = time.monotonic()
    # What earlier tests have left in this process is none of the files'.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory_of("self", "VmRSS")
    for seed in seeds:
        tally.add(seed, bounds)
    lasted = time.monotonic() - started
    print(f"{len(seeds)} files in {lasted:.0f} s ({len(seeds) / lasted:.1f} a second), slowest {tally.seconds:.1f} s, "
          f"{tally.memory_mb} MB: {dict(tally.outcomes.most_common())}")  # fmt: skip
    assert sum(tally.outcomes.values()) == len(seeds)
    assert memory_of("self", "VmHWM") - before < MOST_MEMORY_MB
    return tally


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_read_before_anything_is_damaged(kind: str) -> None:
    assert len(interpret(read_apart(base(kind), POSTS.known_headers), POSTS, allow_unassigned_area=True).landed)


def test_damaged_files_are_read_or_refused() -> None:
    tally = run(range(ORDINARY), HASTE)
    assert tally.outcomes["read"] + tally.outcomes["read, rows set aside"] > 9 and len(tally.outcomes) > 5, "neither none nor all"


@pytest.mark.long
def test_many_damaged_files_are_read_or_refused() -> None:
    files = int(os.environ.get("CUNSHE_TEST_FUZZ_FILES", LONG))
    run(range(ORDINARY, ORDINARY + files), BOUNDS)


def test_a_folder_of_damaged_files_lands_or_is_held_file_by_file(door: Door) -> None:
    folder = door.inbox / "organisation" / "posts" / "2020-11-26"
    folder.mkdir(parents=True)
    names = []
    for seed in range(5_000_000, 5_000_012):
        kind, content = damaged(seed)
        names.append(f"{seed}.{kind}")
        (folder / names[-1]).write_bytes(content)
    landed = land_dataset(door, SUNDAY)
    assert landed.failure is None
    assert sorted(one.file_name for one in landed.new) == sorted(names)
    assert all(one.verdict != "held" or one.holds for one in landed.new)
