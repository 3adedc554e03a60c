"""永川区 (S1): both elections of 263 villages, and the teams they made.

Belongs here: villages, teams of two terms and their sources whose true totals are those the district printed. Does not belong
here: how the elections went (`yongchuan_elections`), who was reviewed before them (`yongchuan_review`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from pipelines.simulation.departments import person_cells
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import (
    People,
    age_on,
    chosen,
    dealt,
    invented_villages,
    shares,
    varied,
    village_row,
)
from pipelines.simulation.scenarios.scenario import Deliveries, Scenario
from pipelines.simulation.scenarios.teams import Member, Term, roster_rows, seats
from pipelines.simulation.scenarios.yongchuan_elections import COMMITTEE_DAY, COMMITTEE_SEATS, Elections
from pipelines.simulation.scenarios.yongchuan_review import review
from pipelines.simulation.timeline import days
from pipelines.weeks import Week

_WEEK = Week(date(2021, 5, 24))
_NOW = Term(2021, date(2021, 4, 19), COMMITTEE_DAY + days(1))
_LAST = Term(2016, date(2016, 11, 1), date(2016, 12, 1), _NOW.party_since, _NOW.committee_since)
_TOWNSHIPS, _COMMUNITIES, _VILLAGES = 23, 55, 208
_KEY = 35

_COLLEGE, _SCHOOL = "31", "61"
_TALENT = ("local_talent", "returned_graduate")


@dataclass(frozen=True)
class _Group:
    """Members of a term that are made together: how many, the sum of their ages, how many have been to college."""

    count: int
    ages: int
    college: int


# This term: 1,897 members (42.1 years, 64.2 %), of them 1,636 full-time (41.3 years, 68.7 %). Nobody printed how old the
# secretaries are, only that they are 2.4 years younger and that 12.2 points more have been to college.
_SECRETARIES = _Group(263, 11309, 230)
_FULL_TIME = _Group(1636, 67567, 1124)
_ALL = _Group(1897, 79864, 1218)
_YOUNG = _Group(263, 8153, 263)  # one in each village who is 35 at most, full-time
# The term before, as the changes say: 43.1 years and 43.5 %; full-time 44.0 years and 48.3 %.
_SECRETARIES_LAST = _Group(263, 11940, 198)
_FULL_TIME_LAST = _Group(1640, 72160, 792)
_ALL_LAST = _Group(1900, 81890, 827)
_TALENTED, _TALENTED_LAST = 658, 465
_STAYING = 2  # in each village
_COMMITTEE_ONLY = 3  # of a village's committee; the others sit in the party committee too


def build(rng: Random) -> Deliveries:
    """The deliveries of the county in the week after its unified election day was wound up."""
    villages = _villages(rng)
    teams = _Teams(rng, villages)
    elections = Elections(rng, villages)
    return {
        "civil_affairs__villages": [village_row(one, established_on=date(2002, 3, 1)) for one in villages],
        "organisation__posts": roster_rows(_LAST, teams.last) + roster_rows(_NOW, teams.now),
        "organisation__member_sources": teams.source_rows(),
        "organisation__election_reports": elections.reports(),
        "organisation__party_rolls": elections.rolls(),
        "civil_affairs__voter_registration": elections.registrations(),
        "civil_affairs__election_steps": elections.steps(),
        "civil_affairs__ballots": elections.ballots(teams.party_seats()),
        **review(rng, teams.now, teams.last, teams.people, villages),
    }


SCENARIO = Scenario("yongchuan", "500118", "永川区", _WEEK, build)


def _villages(rng: Random) -> list[Village]:
    sizes = zip(shares(_COMMUNITIES, _TOWNSHIPS), shares(_VILLAGES, _TOWNSHIPS), strict=True)
    made = invented_villages("500118", [(f"示例{place}镇", *size) for place, size in enumerate(sizes, start=1)])
    keys = chosen(rng, _KEY, len(made))
    return [replace(one, is_key=is_key) for one, is_key in zip(made, keys, strict=True)]


class _Teams:
    """The teams of both terms."""

    def __init__(self, rng: Random, villages: Sequence[Village]) -> None:
        self._rng = rng
        self.people = People(rng, _WEEK.sunday)
        self.villages = villages
        self.now = self._this_term()
        self.last = self._last_term()
        self._talented = self._talents()

    def _persons(self, group: _Group, low: int, high: int, sex: str = "") -> list[Person]:
        """So many people of exactly these sums, in any order."""
        ages = varied(self._rng, group.ages, group.count, low, high)
        schooled = chosen(self._rng, group.college, group.count)
        return [
            self.people.person(age, sex=sex, education=_COLLEGE if college else _SCHOOL)
            for age, college in zip(ages, schooled, strict=True)
        ]

    def _this_term(self) -> list[Member]:
        """Seven or eight in each village: a secretary who chairs the committee, a young woman in the committee, others."""
        secretaries = self._persons(_SECRETARIES, 30, 57)
        young = self._persons(_YOUNG, 24, 35, sex="2")
        others = [(one, True) for one in self._persons(_less(_FULL_TIME, _SECRETARIES, _YOUNG), 30, 58)]
        others += [(one, False) for one in self._persons(_less(_ALL, _FULL_TIME), 30, 59)]
        self._rng.shuffle(others)
        rest = iter(others)
        found: list[Member] = []
        for place, (village, size) in enumerate(zip(self.villages, shares(_ALL.count, len(self.villages)), strict=True)):
            team = [(secretaries[place], True), *(next(rest) for _ in range(size - 2)), (young[place], True)]
            positions = seats(size - _COMMITTEE_ONLY, COMMITTEE_SEATS, COMMITTEE_SEATS - _COMMITTEE_ONLY, dual=True)
            found += [
                Member(person, village, held, full_time) for (person, full_time), held in zip(team, positions, strict=True)
            ]
        return found

    def party_seats(self) -> Counter[str]:
        """Village code → seats of its party committee."""
        return Counter(one.village.code for one in self.now if any(name.startswith("P") for name in one.positions))

    def _last_term(self) -> list[Member]:
        """Who stayed, and who left: as old and as schooled as the sums want them to be. Every secretary is new."""
        staying = self._stayers()
        stayed = _Group(
            len(staying),
            sum(age_on(one.person.born_on, _last_day(one.positions)) for one in staying),
            sum(one.person.education == _COLLEGE for one in staying),
        )
        left = [
            *self._leavers(_SECRETARIES_LAST, ("P1", "C1"), (36, 59), True),
            *self._leavers(_less(_FULL_TIME_LAST, _SECRETARIES_LAST, stayed), ("C3",), (30, 60), True),
            *self._leavers(_less(_ALL_LAST, _FULL_TIME_LAST), ("P3",), (26, 58), False),
        ]
        return staying + left

    def _stayers(self) -> list[Member]:
        """Two full-time members of each village who sit where they sat."""
        found: list[Member] = []
        for village in self.villages:
            team = [one for one in self.now if one.village is village]
            found += [one for one in team[1:-1] if one.is_full_time][:_STAYING]
        return found

    def _leavers(self, group: _Group, positions: tuple[str, ...], ages: tuple[int, int], full_time: bool) -> list[Member]:
        reasons = dealt(self._rng, {"age": group.count // 3, "not_elected": group.count - group.count // 3})
        schooled = chosen(self._rng, group.college, group.count)
        parts = zip(varied(self._rng, group.ages, group.count, *ages), schooled, reasons, strict=True)
        return [
            Member(
                self._aged_then(age, _last_day(positions), _COLLEGE if college else _SCHOOL),
                self.villages[place % len(self.villages)],
                positions,
                full_time,
                reason,
            )
            for place, (age, college, reason) in enumerate(parts)
        ]

    def _aged_then(self, age: int, day: date, education: str) -> Person:
        """A person who was of an age on an earlier day; whoever has had a birthday since does not do."""
        while True:
            person = self.people.person(age, education=education)
            if age_on(person.born_on, day) == age:
                return person

    def _talents(self) -> list[Member]:
        """Who came as talent on secondment or as a graduate: so many of each team."""
        now = [one for one, is_talent in zip(self.now, chosen(self._rng, _TALENTED, len(self.now)), strict=True) if is_talent]
        persons = {one.person for one in now}
        stayed = sum(one.person in persons for one in self.last)
        staying = {one.person for one in self.now}
        left = [one for one in self.last if one.person not in staying]
        wanted = chosen(self._rng, _TALENTED_LAST - stayed, len(left))
        return now + [one for one, is_talent in zip(left, wanted, strict=True) if is_talent]

    def source_rows(self) -> list[Row]:
        """The lines of the register of sources; some people have a second one."""
        rows: list[Row] = []
        for place, one in enumerate(self._talented):
            sources = [_TALENT[place % len(_TALENT)], *(["veteran"] if place % 9 == 0 else [])]
            rows += [
                {**person_cells(one.person), "village_code": one.village.code, "member_source": source} for source in sources
            ]
        return rows


def _less(whole: _Group, *parts: _Group) -> _Group:
    """What is left of a group without parts of it."""
    return _Group(
        whole.count - sum(one.count for one in parts),
        whole.ages - sum(one.ages for one in parts),
        whole.college - sum(one.college for one in parts),
    )


def _last_day(positions: tuple[str, ...]) -> date:
    """The day on which the last term's holder of positions was last in office; of two bodies the later one."""
    return max(until for one in positions if (until := _LAST.span(one)[1])) - days(1)
