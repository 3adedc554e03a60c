"""Records that name people: well, badly, by role alone, and people no roster knows.

Belongs here: the mentions of one village's people and the truth about each. Does not belong here: how a value is
misspelt (`corruption`), the tables (`county`).

A mention is a `lookalike` where, as sent, it is word for word a right record of another official: a villager of the
same name without a post, a slip that makes one brother's name the other's. Nothing in it tells the two apart, so it is
counted by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.simulation.linkage.corruption import damage_number, write_name
from pipelines.simulation.linkage.draws import draw, rates
from pipelines.simulation.linkage.people import Crowd, Official
from pipelines.simulation.linkage.roster import LEADERS, TERMS, TODAY, Staff, Tenure
from pipelines.simulation.linkage.villages import Body
from pipelines.sources.resident_id import ParsedId, parse_id_number

_OTHER_BODY = {
    "P1": ("C1",), "C1": ("P1", "S1"), "S1": ("C1",), "P2": ("C2",), "C2": ("P2",), "P3": ("C3",), "C3": ("P3", "S2"),
    "S2": ("C3",), "E1": ("P1",),
}  # fmt: skip
_AT_RANDOM = 0.2  # of roles: any day, also one on which nobody or two held the post
_NEAR_CHANGE = 0.2  # of roles: within three days of the first or last day of a tenure
_BEFORE_ROSTERS = (date(2008, 1, 1), date(2013, 12, 31))


@dataclass(frozen=True, slots=True)
class Mention:
    """One record's evidence, and the truth. `person` None: nobody on a roster; `key` decides the half."""

    person_name: str | None
    id_number: str | None
    id_text: str | None
    village_code: str | None
    village_text: str | None
    position: str | None
    on_date: date | None
    person: Official | None
    key: str
    evidence_class: str
    kinds: tuple[str, ...]
    trap: str | None
    lookalike: bool


@dataclass
class _Subject:
    """Whom a record is about, where and when."""

    person: Official
    on_roster: bool
    body: Body
    position: str
    day: date
    kinds: list[str]


@dataclass
class Records:
    """Makes the records about one place's people."""

    rng: Random
    staff: Staff
    neighbour: Staff | None  # whose code a record may bear by mistake, whose names villagers here may share
    crowd: Crowd

    def __post_init__(self) -> None:
        self._named_alike: dict[str, set[str]] = defaultdict(set)
        self._same_beginning: dict[str, set[str]] = defaultdict(set)
        for one in self.staff.people:
            for name in one.names:
                self._named_alike[name].add(one.key)
            if len(one.name) == 3:
                self._same_beginning[one.name[:2]].add(one.key)

    def mentions(self, count: int) -> Iterator[Mention]:
        """So many records."""
        if not self.staff.tenures:
            return
        for _ in range(count):
            evidence = draw(self.rng, rates()["evidence"])
            if evidence == "role_only":
                yield self._role()
            else:
                yield self._named(evidence)

    def _named(self, evidence: str) -> Mention:
        rng, odds = self.rng, rates()
        off_roster = rng.random() < odds["off_roster"][evidence]
        subject = self._villager() if off_roster else self._official()
        has_id = evidence.startswith("id")
        name: str | None = None
        plain = ""
        if not (has_id and rng.random() < odds["name"]["missing"]):
            written = write_name(rng, subject.person)
            name, plain = written.text, written.plain
            subject.kinds += written.kinds
        else:
            subject.kinds.append("name_missing")
        number = self._number(subject) if evidence == "id_number" else None
        damaged = None
        if evidence == "id_damaged":
            damaged, kind = damage_number(rng, subject.person.id_number)
            subject.kinds.append(kind)
            if isinstance(parse_id_number(damaged, allow_unassigned_area=True), ParsedId):
                # one cut number of eleven passes the check digit: whoever reads it takes it for a whole one
                number, damaged = damaged, None
                subject.kinds.append("id_passes_check")
        code, text = self._village(subject, has_id)
        position = self._post(subject, evidence, off_roster)
        day = self._date(subject)
        person = subject.person if subject.on_roster else None
        looks = not has_id and self._reads_as_another(person, plain, position, day)
        return Mention(
            name, number, damaged, code, text, position, day, person, subject.person.key, evidence,
            tuple(subject.kinds), self._trap(subject.person), looks,
        )  # fmt: skip

    def _number(self, subject: _Subject) -> str:
        if subject.on_roster and self.rng.random() < rates()["id_neighbour"]:
            subject.kinds.append("id_neighbour")
            return self.rng.choice(self.staff.people).id_number
        return subject.person.id_number

    def _official(self) -> _Subject:
        tenure = self.rng.choice(self.staff.tenures)
        day, kinds = _day_of(self.rng, tenure), []
        if tenure.until and tenure.until < TODAY and self.rng.random() < rates()["date"]["after_tenure"]:
            day = min(TODAY, tenure.until + timedelta(days=self.rng.randrange(1, 730)))
            kinds.append("after_tenure")
        return _Subject(tenure.person, True, tenure.body, tenure.position, day, kinds)

    def _villager(self) -> _Subject:
        """Somebody on no roster."""
        rng, staff = self.rng, self.staff
        tenure = rng.choice(staff.tenures)
        odds = rates()["off_roster_kind"]
        roll = rng.random()
        person = None
        if roll < odds["homonym_same_village"]:
            person = self.crowd.homonym(rng, tenure.person)
        elif roll < odds["homonym_same_village"] + odds["homonym_other_village"]:
            if self.neighbour and self.neighbour.people:
                person = self.crowd.homonym(rng, rng.choice(self.neighbour.people))
        elif roll < sum(odds.values()):
            person = self.crowd.sibling(rng, tenure.person)
        person = person or self.crowd.person(rng, staff.clan)
        return _Subject(person, False, tenure.body, tenure.position, _day_of(rng, tenure), ["off_roster"])

    def _village(self, subject: _Subject, may_miss: bool) -> tuple[str | None, str | None]:
        rng, odds = self.rng, rates()["village"]
        if may_miss and rng.random() < odds["missing"]:
            subject.kinds.append("village_missing")
            return None, None
        if self.neighbour and subject.on_roster and rng.random() < odds["wrong"]:
            subject.kinds.append("village_wrong")
            other = self.neighbour.place.bodies[0]
            return other.periods[-1].code, other.name
        return self._code(subject)

    def _code(self, subject: _Subject) -> tuple[str, str]:
        """The code in force that day, or one from the other side of a merger or recoding."""
        rng, odds, place = self.rng, rates()["village"], self.staff.place
        today, day = place.bodies[0], subject.day
        changed = max((period.until for body in place.bodies for period in body.periods if period.until), default=None)
        if changed is None:
            return today.periods[-1].code, today.name
        now = today.periods[-1].code
        if day > changed and rng.random() < odds["old_after"]:
            old = [(one.code, body.name) for body in place.bodies for one in body.periods if one.until]
            own = [(one.code, subject.body.name) for one in subject.body.periods if one.until]
            subject.kinds.append("village_old_after")
            return rng.choice(own or old)
        if day <= changed and subject.body.code_on(day) != now and rng.random() < odds["new_before"]:
            subject.kinds.append("village_new_before")
            return now, today.name
        if day > changed:
            return now, today.name
        return subject.body.code_on(day), subject.body.name

    def _post(self, subject: _Subject, evidence: str, off_roster: bool) -> str | None:
        rng, odds = self.rng, rates()["post"]
        if evidence == "name_village" or (evidence.startswith("id") and rng.random() >= odds["given"]):
            return None
        if off_roster:
            # somebody who had a post before any roster of ours began
            subject.day = _between(rng, *_BEFORE_ROSTERS)
            return subject.position
        if rng.random() < odds["wrong_body"]:
            subject.kinds.append("post_wrong_body")
            return rng.choice(_OTHER_BODY[subject.position])
        return subject.position

    def _date(self, subject: _Subject) -> date | None:
        if self.rng.random() < rates()["date"]["missing"]:
            subject.kinds.append("date_missing")
            return None
        return subject.day

    def _role(self) -> Mention:
        """A post and a village, no name: whoever held it that day, or nobody."""
        rng = self.rng
        tenure = rng.choice(self.staff.tenures)
        body, position, day = tenure.body, tenure.position, _day_of(rng, tenure)
        kinds = ["role_only"]
        roll = rng.random()
        if roll < _AT_RANDOM:
            position = rng.choice(sorted(LEADERS))
            day = _between(rng, max(TERMS[0], body.since), min(body.until or TODAY, TODAY))
            kinds.append("any_day")
        elif roll < _AT_RANDOM + _NEAR_CHANGE:
            edge = rng.choice((tenure.since, tenure.until or TODAY))
            # within the life of the body: after a merger its post is the merged village's
            day = min(max(edge + timedelta(days=rng.randrange(-3, 4)), body.since), body.until or TODAY)
            kinds.append("near_change")
        holders = self._holders(body, position, day)
        person = rng.choice(holders) if holders else None
        subject = _Subject(person or tenure.person, person is not None, body, position, day, kinds)
        code, text = self._code(subject)
        on_date = self._date(subject)
        key = person.key if person else f"{tenure.person.key[:-1]}{rng.randrange(16):x}"
        return Mention(
            None, None, None, code, text, position, on_date, person, key, "role_only", tuple(kinds), None, False
        )

    def _holders(self, body: Body, position: str, day: date) -> list[Official]:
        held = (one for one in self.staff.tenures if one.body is body and one.position == position and one.holds(day))
        return list(dict.fromkeys(one.person for one in held))

    def _trap(self, person: Official) -> str | None:
        """Whether an official of the village, another one, has the same name, or the name of a brother or sister."""
        if any(self._named_alike.get(name, set()) - {person.key} for name in person.names):
            return "homonym"
        if len(person.name) == 3 and self._same_beginning.get(person.name[:2], set()) - {person.key}:
            return "sibling"
        return None

    def _reads_as_another(self, person: Official | None, plain: str, position: str | None, day: date | None) -> bool:
        fitting = {
            one.person.key
            for one in self.staff.tenures
            if plain in one.person.names
            and (position is None or (one.position == position and (day is None or one.holds(day))))
        }
        return bool(fitting) and (person is None or person.key not in fitting)


def _day_of(rng: Random, tenure: Tenure) -> date:
    return _between(rng, tenure.since, min(tenure.until or TODAY, TODAY))


def _between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange(max((last - first).days, 0) + 1))
