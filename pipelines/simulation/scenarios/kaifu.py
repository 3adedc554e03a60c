"""开福区 (S3): the results of an election, and the structure of the teams it made.

Belongs here: villages, teams of two terms and exemptions whose true totals are those the district printed. Does not belong
here: the joint review of its candidates (`reviewing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

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
from pipelines.simulation.scenarios.reviewing import Plan, Round, nominees_of, review_rows
from pipelines.simulation.scenarios.scenario import Deliveries, Scenario
from pipelines.simulation.scenarios.teams import Member, Term, roster_rows, seats
from pipelines.simulation.timeline import days
from pipelines.weeks import Week

_WEEK = Week(date(2021, 2, 1))
_NOW = Term(2020, date(2020, 12, 20), date(2021, 1, 28))
_LAST = Term(2017, date(2017, 3, 20), date(2017, 4, 10), _NOW.party_since, _NOW.committee_since)
# Split off before the election: these have no team of the last term.
_SPLIT_ON, _SPLIT, _SPLIT_EVERY = date(2020, 6, 1), 6, 15
_EXEMPT = 2
# Each nominee went to fifteen departments in each of three rounds.
_OTHER_NOMINEES = 95
_REVIEW = Plan(
    (
        "discipline_inspection", "organisation", "publicity", "united_front", "political_legal", "public_security",
        "procuratorate", "court", "justice", "petition", "civil_affairs", "health", "agriculture", "natural_resources", "audit",
    ),
    (
        Round(1, date(2020, 10, 12), date(2020, 10, 19), date(2020, 10, 12)),
        Round(2, date(2020, 11, 9), date(2020, 11, 16), date(2020, 10, 12)),
        Round(3, date(2020, 12, 7), date(2020, 12, 11), date(2020, 12, 7)),
    ),
    excluded=5, kept=12,
)  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """Streets whose teams are made together. Ages are sums; a sum that nobody printed is free (None)."""

    streets: tuple[str, ...]
    villages: int
    split: int  # of these, villages that were split off
    party: int
    committee: int
    cross: int
    secretaries: int  # sum of the secretaries' ages
    secretaries_last: int
    stay: int
    age: int | None = None  # sum of all members' ages
    leave: dict[str, int] = field(default_factory=dict)
    age_last: int | None = None
    college_gain: int | None = None


# 114 villages, 612 + 588 - 295 = 905 members, secretaries 41.6 years on average (44.2 in the last term).
_PARTS = (
    _Part(
        ("青竹湖街道",), villages=11, split=0, party=62, committee=59, cross=29, secretaries=458, secretaries_last=486,
        stay=60, age=3680, leave={"age": 19, "not_elected": 21}, age_last=4300,
    ),
    _Part(
        ("沙坪街道",), villages=12, split=0, party=64, committee=62, cross=31, secretaries=500, secretaries_last=530,
        stay=50, age=3990, leave={"age": 12, "not_elected": 33}, age_last=4180, college_gain=15,
    ),
    _Part(
        tuple(f"示例{number}街道" for number in range(1, 15)), villages=91, split=_SPLIT, party=486, committee=467,
        cross=235, secretaries=3784, secretaries_last=3758, stay=400, leave={"age": 90, "not_elected": 180},
    ),
)  # fmt: skip


def build(rng: Random) -> Deliveries:
    """The deliveries of the county in the week after the election."""
    villages = invented_villages(
        "430105", [(street, count, 0) for part in _PARTS for street, count in zip(part.streets, _sizes(part), strict=True)]
    )
    county = _County(rng, villages)
    for part in _PARTS:
        county.settle([one for one in villages if one.township_name in part.streets], part)
    split_off = {new for new, _ in county.split_off}
    return {
        "civil_affairs__villages": [
            village_row(one, established_on=_SPLIT_ON if one in split_off else date(1998, 1, 1)) for one in villages
        ],
        "civil_affairs__village_changes": county.splits(),
        "organisation__posts": roster_rows(_LAST, county.last) + roster_rows(_NOW, county.now),
        "organisation__dual_post_exemptions": [
            {
                "village_code": one.code,
                "reason": "secretary_sent",
                "approved_on": date(2020, 11, 20),
                "approved_by": "区委组织部",
                "valid_until": None,
            }
            for one in county.exempt
        ],
        **review_rows(rng, _REVIEW, nominees_of(county.now, county.last, county.people, villages, _OTHER_NOMINEES)),
    }


SCENARIO = Scenario("kaifu", "430105", "开福区", _WEEK, build)


def _sizes(part: _Part) -> list[int]:
    return shares(part.villages, len(part.streets))


def _last_day(positions: tuple[str, ...]) -> date:
    """The day on which the last term's holder of positions was last in office; of two bodies the later one."""
    return max(until for one in positions if (until := _LAST.span(one)[1])) - days(1)


class _County:
    """The county while it is made."""

    def __init__(self, rng: Random, villages: Sequence[Village]) -> None:
        self._rng = rng
        self.people = People(rng, _WEEK.sunday)
        self._educations = iter(dealt(rng, {"14": 3, "21": 55, "31": 52, "61": 4}))
        self._sexes = iter(dealt(rng, {"2": 52, "1": 62}))
        self.exempt = villages[-_EXEMPT:]
        self.split_off: list[tuple[Village, Village]] = []
        self.now: list[Member] = []
        self.last: list[Member] = []

    def settle(self, villages: list[Village], part: _Part) -> None:
        """Make both teams of a part's villages."""
        new = villages[1::_SPLIT_EVERY][: part.split]
        self.split_off += zip(new, villages[0::_SPLIT_EVERY], strict=False)
        teams = self._teams(villages, part)
        self.now += [one for team in teams for one in team]
        older = [team for village, team in zip(villages, teams, strict=True) if village not in new]
        self.last += self._last_term(older, part)

    def _teams(self, villages: list[Village], part: _Part) -> list[list[Member]]:
        """Today's teams: secretaries of the ages, sexes and schooling that were printed, the others as they come."""
        sizes = zip(*(shares(total, len(villages)) for total in (part.party, part.committee, part.cross)), strict=True)
        secretary_ages = iter(varied(self._rng, part.secretaries, len(villages), 30, 55))
        count = part.party + part.committee - part.cross - len(villages)
        total = 41 * count if part.age is None else part.age - part.secretaries
        ages = iter(varied(self._rng, total, count, 24, 59))
        return [
            [
                Member(
                    self._secretary(next(secretary_ages)) if place == 0 else self.people.person(next(ages)),
                    village,
                    positions,
                    left_reason=None,
                )
                for place, positions in enumerate(seats(*size, dual=village not in self.exempt))
            ]
            for village, size in zip(villages, sizes, strict=True)
        ]

    def _secretary(self, age: int) -> Person:
        return self.people.person(age, sex=next(self._sexes), education=next(self._educations))

    def _last_term(self, teams: list[list[Member]], part: _Part) -> list[Member]:
        """The last teams: who stayed, in the same seats, and who left, as old as the sums want them to be.

        A secretary of the last term left in every village: so that sum is free of today's.
        """
        others = [one for team in teams for one in team[1:]]
        staying = [one for one, stays in zip(others, chosen(self._rng, part.stay, len(others)), strict=True) if stays]
        reasons = dealt(self._rng, part.leave)
        secretary_ages = varied(self._rng, part.secretaries_last, len(teams), 33, 58)
        free = len(reasons) - len(teams)
        ages = self._ages_of_others(part, staying, secretary_ages, free)
        college = self._college_of_last(part, teams, staying, len(reasons))
        left = []
        for place, reason in enumerate(reasons):
            is_secretary = place < len(teams)
            age = secretary_ages[place] if is_secretary else ages[place - len(teams)]
            positions = ("P1", "C1") if is_secretary else ("P3",)
            person = self._aged_then(age, _last_day(positions), "31" if college[place] else "61")
            left.append(Member(person, teams[place % len(teams)][0].village, positions, left_reason=reason))
        return staying + left

    def _ages_of_others(self, part: _Part, staying: list[Member], secretaries: list[int], count: int) -> list[int]:
        if part.age_last is None:
            return varied(self._rng, 46 * count, count, 28, 59)
        stayed = sum(age_on(one.person.born_on, _last_day(one.positions)) for one in staying)
        return varied(self._rng, part.age_last - stayed - sum(secretaries), count, 24, 65)

    def _college_of_last(self, part: _Part, teams: list[list[Member]], staying: list[Member], leaving: int) -> list[bool]:
        """Who of those that left had been to college: so many that today's teams have the printed number more."""
        if part.college_gain is None:
            return chosen(self._rng, leaving // 2, leaving)
        now = sum(one.person.education != "61" for team in teams for one in team)
        stayed = sum(one.person.education != "61" for one in staying)
        return chosen(self._rng, now - part.college_gain - stayed, leaving)

    def _aged_then(self, age: int, day: date, education: str) -> Person:
        """A person who was of an age on an earlier day; whoever has had a birthday since does not do."""
        while True:
            person = self.people.person(age, education=education)
            if age_on(person.born_on, day) == age:
                return person

    def splits(self) -> list[Row]:
        """What civil affairs reports of the villages that were split off: their origin stayed as a smaller village."""
        return [
            {
                "change_no": f"S{number:02d}-{place}",
                "kind": "split",
                "effective_on": _SPLIT_ON,
                "old_code": origin.code,
                "old_name": origin.name,
                "new_code": part.code,
                "new_name": part.name,
                "share_percent": None,
                "document_no": f"开民〔2020〕{number}号",
            }
            for number, (new, origin) in enumerate(self.split_off, start=1)
            for place, part in enumerate((origin, new), start=1)
        ]
