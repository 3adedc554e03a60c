"""Petition matters of one village and how each moves on.

Belongs here: matters without petitioners. Does not belong here: the forbidden columns a careless clerk sends along
(`forbidden`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation.geography import Village
from pipelines.simulation.timeline import days

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_HISTORY_DAYS = 150
_PER_DAY = 0.014
_BUSY_SHARE, _BUSY_FACTOR = 0.05, 7
_CATEGORIES = ("appeal", "suggestion", "accusation", "litigation")
_FORMS = ("online", "letter", "phone", "fax", "visit")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: what stays the same, and its states in order of their dates."""

    matter_key: str
    category: str
    form: str
    is_repeat: bool
    people_band: str
    registered_on: date
    extended_on: date | None
    closed_on: date | None
    handling_unit: str
    states: tuple[tuple[date, str], ...]

    def state_on(self, day: date) -> tuple[date, str]:
        """The newest state by `day` and since when; the extension counts as a change."""
        since, status = [state for state in self.states if state[0] <= day][-1]
        if self.extended_on and since < self.extended_on <= day:
            since = self.extended_on
        return since, status


def matter_key(rng: Random) -> str:
    """A key of letters only, so that it cannot look like a number of a person."""
    return "XF" + "".join(rng.choices(LETTERS, k=10))


def make_matters(rng: Random, village: Village, start: date, last: date) -> tuple[Matter, ...]:
    """The matters registered from 150 days before `start` to `last`; one village of twenty has many."""
    rate = _PER_DAY * (_BUSY_FACTOR if rng.random() < _BUSY_SHARE else 1)
    day = start - days(_HISTORY_DAYS)
    found: list[Matter] = []
    while True:
        day += days(1 + int(rng.expovariate(rate)))
        if day > last:
            return tuple(found)
        found.append(_matter(rng, village, day))


def _matter(rng: Random, village: Village, registered_on: date) -> Matter:
    category = rng.choices(_CATEGORIES, (70, 14, 9, 7))[0]
    transferred = registered_on + days(rng.randint(1, 15))
    accepted = transferred + days(rng.randint(1, 10))
    handling = accepted + days(rng.randint(1, 5))
    extended = rng.random() < 0.1
    length = rng.randint(50, 75) if extended else rng.choices((rng.randint(8, 40), 70), (97, 3))[0]
    closed_on: date | None = max(accepted + days(length), handling)
    states = [(registered_on, "registered"), (transferred, "transferred"), (accepted, "accepted")]
    states.append((handling, "handling"))
    if rng.random() < 0.02:
        closed_on = None
    if closed_on:
        ending = rng.choices(("answered", "resolved", "withdrawn"), (75, 20, 5))[0]
        states.append((closed_on, ending))
        if ending == "answered" and rng.random() < 0.06:
            states.append((closed_on + days(rng.randint(5, 29)), "review"))
            states.append((states[-1][0] + days(rng.randint(15, 30)), "ended"))
    return Matter(
        matter_key(rng),
        category,
        rng.choices(_FORMS, (42, 14, 18, 1, 25))[0],
        rng.random() < 0.18,
        rng.choices(("single", "few", "group"), (76, 18, 6))[0],
        registered_on,
        accepted + days(rng.randint(40, 59)) if extended else None,
        closed_on,
        rng.choice((village.managing_name, village.managing_name, "区农业农村局", "区自然资源和规划分局", "区民政局")),
        tuple(states),
    )
