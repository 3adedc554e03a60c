"""When things happen: delivery dates of the departments, election days and steps of a village.

Belongs here: dates. Does not belong here: who is elected (`elections`), what is written (`departments`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from pipelines.settings import SEEDS

# The demo county reports these steps and no others: what a county does not report is not reported, never "not done".
REPORTED_STEPS = (
    *("P01", "P03", "P06", "P09", "P10", "P13", "P16", "P17"),
    *("C01", "C04", "C08", "C12", "C15", "C16", "C19", "C23", "C25", "C28", "C29"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """One delivery of one dataset: its date, and the date of the delivery before (None for the first)."""

    week: int
    delivered_on: date
    before: date | None

    def is_new(self, day: date | None) -> bool:
        """Whether something of that day is news to this delivery."""
        return day is not None and day <= self.delivered_on and (self.before is None or day > self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """One election step of a village: planned, and when it really was or will be done (None: never)."""

    code: str
    planned_on: date
    done_on: date | None


@dataclass(frozen=True)
class Timeline:
    """The election calendar of one village."""

    party_day: date
    party_final: date
    party_takeover: date
    committee_day: date
    committee_final: date
    committee_takeover: date
    steps: tuple[Step, ...]


@cache
def _step_offsets() -> tuple[tuple[str, str, int], ...]:
    with (SEEDS / "election_steps.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["step_code"], row["body"], int(row["offset_days"]))
            for row in csv.DictReader(file)
            if row["step_code"] in REPORTED_STEPS
        )


@cache
def step_words() -> dict[str, tuple[str, str]]:
    """Step code → (phase, name), for the columns of the sender that nobody reads."""
    with (SEEDS / "election_steps.csv").open(encoding="utf-8", newline="") as file:
        return {row["step_code"]: (row["phase_zh"], row["name_zh"]) for row in csv.DictReader(file)}


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)


def make_timeline(rng: Random, start: date) -> Timeline:
    """Party vote from 14 days before `start` to 4 after it, committee vote 3 to 23 days after it, 10 at least between."""
    committee_planned = start + days(rng.randint(3, 23))
    party_planned = max(start - days(14), min(start + days(4), committee_planned - days(10 + rng.randint(0, 8))))
    party_day = party_planned + days(rng.randint(1, 2) if rng.random() < 0.04 else 0)
    committee_day = committee_planned + days(rng.randint(1, 3) if rng.random() < 0.03 else 0)
    party_final = party_day + days(rng.randint(1, 3) if rng.random() < 0.04 else 0)
    committee_final = committee_day + days(rng.randint(3, 10) if rng.random() < 0.06 else 0)
    approved = party_final + days(rng.randint(3, 7))
    handover = committee_final + days(rng.randint(11, 16) if rng.random() < 0.05 else rng.randint(2, 9))
    fixed = {
        "P16": party_day,
        "P17": approved,
        "C25": committee_day,
        "C28": committee_final + days(rng.randint(0, 1)),
        "C29": handover,
    }
    steps = tuple(
        _step(rng, code, (party_planned if body == "party" else committee_planned) + days(offset), fixed)
        for code, body, offset in _step_offsets()
    )
    return Timeline(party_day, party_final, approved, committee_day, committee_final, committee_final + days(1), steps)


def _step(rng: Random, code: str, planned: date, fixed: dict[str, date]) -> Step:
    """Most steps are done on the day or just before, some late, a few never; C12 is late more rarely."""
    roll = rng.random()
    if code in fixed:
        return Step(code, planned, fixed[code])
    if code == "C12":
        late = roll < 0.015
        return Step(code, planned, planned + days(rng.randint(1, 4) if late else -rng.randint(0, 3)))
    if roll < 0.003:
        return Step(code, planned, None)
    if roll < 0.03:
        return Step(code, planned, planned + days(rng.randint(1, 9)))
    return Step(code, planned, planned - days(rng.choice((0, 0, 0, 0, 1, 2))))
