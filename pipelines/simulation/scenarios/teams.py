"""The two committees of a village: who sits where, in this term and the last.

Belongs here: seats and the rows of the roster. Does not belong here: how many a county has, and how old they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person


@dataclass(frozen=True)
class Term:
    """A term of a village's two bodies; `until` is the day it ended, if it has."""

    year: int
    party_since: date
    committee_since: date
    party_until: date | None = None
    committee_until: date | None = None

    def span(self, position: str) -> tuple[date, date | None]:
        """From when until when a position of this term is held."""
        is_party = position.startswith("P")
        return (
            self.party_since if is_party else self.committee_since,
            self.party_until if is_party else self.committee_until,
        )


@dataclass(frozen=True)
class Member:
    """A person in a village's team; `left_reason` is why somebody of the last term is not in this one."""

    person: Person
    village: Village
    positions: tuple[str, ...]
    is_full_time: bool = True
    left_reason: str | None = None


def seats(party: int, committee: int, cross: int, *, dual: bool) -> list[tuple[str, ...]]:
    """The positions of each person of a team, the secretary's first.

    `cross` persons sit in both bodies; where `dual`, the secretary is one of them and chairs the committee.
    """
    parties = ["P1", "P2", *["P3"] * (party - 2)][:party]
    committees = ["C1", "C2", *["C3"] * (committee - 2)][:committee]
    both = range(cross) if dual else range(1, cross + 1)
    sitting = iter(committees if dual else committees[1:])
    team: list[tuple[str, ...]] = [
        (name, next(sitting)) if place in both else (name,) for place, name in enumerate(parties)
    ]
    return [*team, *([] if dual else [("C1",)]), *((name,) for name in sitting)]


def roster_rows(term: Term, members: Iterable[Member]) -> list[Row]:
    """The lines of the roster of posts for a term."""
    return [
        {
            **person_cells(member.person),
            "village_code": member.village.code,
            "position": position,
            **person_facts(member.person),
            "started_on": term.span(position)[0],
            "ended_on": term.span(position)[1],
            "is_full_time": member.is_full_time,
            "term_year": term.year,
            "left_reason": member.left_reason,
        }
        for member in members
        for position in member.positions
    ]
