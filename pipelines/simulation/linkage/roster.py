"""Who held which post where and when: the truth the roster tells.

Belongs here: tenures of a village and its predecessors over three terms, changes of incumbent, vacancies, handovers.
Does not belong here: people (`people`), villages (`villages`), records about them (`mentions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pipelines.simulation.linkage.draws import draw, rates
from pipelines.simulation.linkage.people import Crowd, Official
from pipelines.simulation.linkage.villages import Body, Place
from pipelines.simulation.people import Clan, make_clan

# Elections of the village committees: the tenth to the twelfth term.
TERMS = (date(2014, 1, 15), date(2017, 4, 10), date(2020, 11, 20))
TODAY = date(2023, 6, 30)
SLOTS = ("P1", "P2", "P3", "P3", "C1", "C2", "C3", "C3", "S1", "S2", "S2", "E1")
LEADERS = frozenset({"P1", "C1", "S1", "E1"})


@dataclass(frozen=True)
class Tenure:
    """One person in one post; `until` is the last day, None: still held."""

    person: Official
    body: Body
    position: str
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether it was held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass
class Staff:
    """The officials of one place, over all its bodies."""

    place: Place
    clan: Clan
    people: list[Official] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)


def make_staff(rng: Random, place: Place, crowd: Crowd) -> Staff:
    """All officials of a village of today and of its predecessors."""
    staff = Staff(place, make_clan(rng))
    # predecessors first: a merged village draws its officials from theirs
    for body in reversed(place.bodies):
        _fill(rng, staff, body, crowd)
    return staff


def _fill(rng: Random, staff: Staff, body: Body, crowd: Crowd) -> None:
    holders: list[Official | None] = [None] * len(SLOTS)
    for term, begins in enumerate(TERMS):
        last = TERMS[term + 1] - timedelta(days=1) if term + 1 < len(TERMS) else None
        since = max(begins, body.since) + timedelta(days=rng.randrange(20) if begins > body.since else 0)
        until = min((one for one in (last, body.until) if one), default=None)
        if until is not None and until <= since + timedelta(days=120):
            continue
        holders = _elected(rng, staff, holders, since, crowd)
        for slot, position in enumerate(SLOTS):
            _serve(rng, staff, _Seat(body, position, since, until), holders, slot, crowd)


@dataclass(frozen=True)
class _Seat:
    body: Body
    position: str
    since: date
    until: date | None


def _elected(rng: Random, staff: Staff, before: list[Official | None], on: date, crowd: Crowd) -> list[Official | None]:
    """Who sits after an election: those who stay, those who move up, new ones; secretary and chair often in one."""
    odds = rates()["roster"]
    at_hand = [one for one in before if one] or _in_office(staff, on)
    seated: list[Official | None] = []
    for slot, position in enumerate(SLOTS):
        holder, roll = before[slot], rng.random()
        if position == "C1" and rng.random() < odds["dual"]:
            seated.append(seated[0])
            continue
        if position == "E1" and rng.random() < odds["dual"]:
            seated.append(seated[0])
            continue
        if holder is None or roll >= odds["stays"]:
            free = [one for one in at_hand if one not in seated]
            moves = free and roll >= odds["stays"] and roll < odds["stays"] + odds["promoted"]
            holder = rng.choice(free) if moves or (free and before[slot] is None) else _newcomer(rng, staff, crowd)
        seated.append(holder if holder not in seated else _newcomer(rng, staff, crowd))
    return seated


def _in_office(staff: Staff, on: date) -> list[Official]:
    """Officials of the predecessors in the month before a merged village begins."""
    last = on - timedelta(days=30)
    return list(dict.fromkeys(one.person for one in staff.tenures if one.holds(last)))


def _newcomer(rng: Random, staff: Staff, crowd: Crowd) -> Official:
    odds, roll = rates()["roster"], rng.random()
    person = None
    if staff.people and roll < odds["homonym"]:
        person = crowd.homonym(rng, rng.choice(staff.people))
    elif staff.people and roll < odds["homonym"] + odds["sibling"]:
        person = crowd.sibling(rng, rng.choice(staff.people))
    person = person or crowd.person(rng, staff.clan)
    staff.people.append(person)
    return person


def _serve(rng: Random, staff: Staff, seat: _Seat, holders: list[Official | None], slot: int, crowd: Crowd) -> None:
    """One seat over one term: held throughout, or handed over within it."""
    holder = holders[slot]
    if holder is None:
        return
    odds, end = rates()["roster"], seat.until or TODAY
    room = (end - seat.since).days
    if seat.position not in LEADERS or room < 400 or rng.random() >= odds["mid_term"]:
        staff.tenures.append(Tenure(holder, seat.body, seat.position, seat.since, seat.until))
        return
    leaves = seat.since + timedelta(days=rng.randrange(180, room - 180))
    begins = leaves + timedelta(days=1)
    match draw(rng, odds["handover"]):
        case "same_day":
            begins = leaves
        case "overlap":
            begins = leaves - timedelta(days=rng.randrange(5, 30))
        case "vacancy":
            begins = leaves + timedelta(days=rng.randrange(30, 150))
    successor = _newcomer(rng, staff, crowd)
    staff.tenures.append(Tenure(holder, seat.body, seat.position, seat.since, leaves))
    staff.tenures.append(Tenure(successor, seat.body, seat.position, begins, seat.until))
    holders[slot] = successor
