"""Villages with a history: merged ones, recoded ones, and the codes they had.

Belongs here: which codes a village bore when, and what became of which. Does not belong here: who held posts there
(`roster`). Predecessors are invented: no public source says which old villages became which new one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.simulation.geography import Village
from pipelines.simulation.linkage.draws import rates

BEGINNING = date(2005, 1, 1)
_MERGERS = (date(2019, 4, 1), date(2020, 10, 31))


@dataclass(frozen=True)
class Period:
    """A code and the days it was in force; `until` is the last of them, None: still."""

    code: str
    village_id: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Body:
    """A village as one body of officials knows it: it has posts while it exists."""

    name: str
    periods: tuple[Period, ...]

    @property
    def since(self) -> date:
        """The first day of the body."""
        return self.periods[0].since

    @property
    def until(self) -> date | None:
        """The last day of the body."""
        return self.periods[-1].until

    def code_on(self, day: date) -> str:
        """The code in force on a day of its life; before it the first, after it the last."""
        for period in self.periods:
            if period.until is None or day <= period.until:
                return period.code
        return self.periods[-1].code


@dataclass(frozen=True)
class Place:
    """One village of today with its predecessors; `bodies[0]` is today's."""

    village: Village
    bodies: tuple[Body, ...]
    successors: tuple[tuple[str, str, date], ...]  # from_id, to_id, effective_on


def make_place(rng: Random, village: Village) -> Place:
    """The history of one village of today: none, a recoding, or a merger in 2019 or 2020."""
    odds = rates()["roster"]
    roll = rng.random()
    changed = _MERGERS[0] + timedelta(days=rng.randrange((_MERGERS[1] - _MERGERS[0]).days))
    if roll < odds["merged"]:
        return _merged(rng, village, changed)
    if roll < odds["merged"] + odds["recoded"]:
        # one village, two codes: the id comes from the code at first appearance
        old = _old_code(village.code, 5)
        periods = (
            Period(old, _village_id(old), BEGINNING, changed - timedelta(days=1)),
            Period(village.code, _village_id(old), changed, None),
        )
        return Place(village, (Body(village.name, periods),), ())
    whole = Period(village.code, _village_id(village.code), BEGINNING, None)
    return Place(village, (Body(village.name, (whole,)),), ())


def _merged(rng: Random, village: Village, on: date) -> Place:
    """Two villages become one: under a new code, or under the code of one of them."""
    stem = village.name.removesuffix("村").removesuffix("社区").removesuffix("村委会").removesuffix("村民委员会")
    ended = on - timedelta(days=1)
    first, second = _old_code(village.code, 5), _old_code(village.code, 6)
    if rng.random() < rates()["roster"]["absorbed"]:
        first = village.code
        now = Period(village.code, _village_id(village.code), BEGINNING, None)
        gone = Period(second, _village_id(second), BEGINNING, ended)
        both = (Body(village.name, (now,)), Body(f"西{stem}村", (gone,)))
        return Place(village, both, ((gone.village_id, now.village_id, on),))
    old = tuple(Period(code, _village_id(code), BEGINNING, ended) for code in (first, second))
    now = Period(village.code, _village_id(village.code), on, None)
    bodies = (Body(village.name, (now,)), Body(f"东{stem}村", old[:1]), Body(f"西{stem}村", old[1:]))
    return Place(village, bodies, tuple((one.village_id, now.village_id, on) for one in old))


def _old_code(code: str, digit: int) -> str:
    """A village code of the township that no list of ours uses: the last three digits begin with 5 or 6."""
    return f"{code[:9]}{digit}{code[10:]}"


def _village_id(code: str) -> str:
    return "V" + hashlib.sha256(f"simulated:{code}".encode()).hexdigest()[:12]
