"""云溪区 (S4): the secretaries' team of 57 villages, how it is chosen, trained, paid and promoted.

Belongs here: rosters and ledgers whose true totals are those the district printed. Does not belong here: elections.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.formats import Row
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import People, chosen, invented_villages, shares, varied, village_row
from pipelines.simulation.scenarios.scenario import Deliveries, Scenario
from pipelines.simulation.scenarios.teams import Member, Term, roster_rows, seats
from pipelines.simulation.timeline import days
from pipelines.weeks import Week

_WEEK = Week(date(2024, 10, 7))
_NOW = Term(2021, date(2020, 12, 28), date(2021, 1, 25))
_LAST = Term(2017, date(2017, 3, 20), date(2017, 4, 10), _NOW.party_since, _NOW.committee_since)
_VILLAGES, _SENT, _RESERVE = 57, 7, 79
_PROMOTED, _PROMOTED_BEFORE = 13, 2  # within the last five years, and before them
_FUNDS = 21_800_000
_YEAR = 2023
_PROGRAMME = ("training", "mentor", "pledge_made", "pledge_fixed", "pledge_kept", "pledge_judged")


def build(rng: Random) -> Deliveries:
    """The deliveries of the county in one week of 2024."""
    villages = invented_villages(
        "430603", [(f"示例{number}街道", 1, size - 1) for number, size in enumerate(shares(_VILLAGES, 5), start=1)]
    )
    people = People(rng, _WEEK.sunday)
    team = [
        Member(people.person(rng.randint(32, 56)), village, positions)
        for village in villages
        for positions in seats(5, 5, 3, dual=True)
    ]
    secretaries = [one for one in team if "P1" in one.positions]
    former = [
        Member(people.person(rng.randint(38, 50)), village, ("P1", "C1"), left_reason="transferred")
        for village in villages[: _PROMOTED + _PROMOTED_BEFORE]
    ]
    sent = chosen(rng, _SENT, len(secretaries))
    reserve = [(people.person(rng.randint(24, 38)), villages[place % _VILLAGES].code) for place in range(_RESERVE)]
    return {
        "civil_affairs__villages": [village_row(one, established_on=date(1998, 1, 1)) for one in villages],
        "organisation__posts": roster_rows(_LAST, former) + roster_rows(_NOW, team),
        "organisation__member_sources": [
            {**_who(one), "member_source": "sent" if is_sent else rng.choice(("village", "village", "invited"))}
            for one, is_sent in zip(secretaries, sent, strict=True)
        ],
        "organisation__reserve_cadres": [
            {
                **person_cells(person),
                "village_code": code,
                **person_facts(person),
                "listed_on": date(2023, 3, 1) + days(rng.randrange(300)),
            }
            for person, code in reserve
        ],
        "organisation__village_funds": [
            {"village_code": village.code, "fund_year": _YEAR, "operating_funds": Decimal(amount)}
            for village, amount in zip(villages, varied(rng, _FUNDS, _VILLAGES, 300_000, 480_000), strict=True)
        ],
        "organisation__staff_support": [_support(rng, one) for one in team],
        "organisation__promotions": [
            {
                **_who(one),
                "promotion_kind": rng.choice(("township_team", "public_institution")),
                "promoted_on": date(2018, 5, 1) if place >= _PROMOTED else date(2020, 1, 15) + days(120 * place),
            }
            for place, one in enumerate(former)
        ],
        "organisation__appraisals": [_review(rng, one) for one in team],
        "organisation__secretary_programme": [
            {**_who(one), "programme_item": item, "done_on": date(2024, 1, 10) + days(30 * step)}
            for one in secretaries
            for step, item in enumerate(_PROGRAMME)
        ],
    }


SCENARIO = Scenario("yunxi", "430603", "云溪区", _WEEK, build)


def _who(member: Member) -> Row:
    person: Person = member.person
    return {**person_cells(person), "village_code": member.village.code}


def _support(rng: Random, member: Member) -> Row:
    floor = 47_000 if "P1" in member.positions else 42_000
    return {
        **_who(member),
        "support_year": _YEAR,
        "pay": Decimal(floor + 100 * rng.randrange(0, 80)),
        "has_accident_cover": True,
        "has_illness_cover": True,
        "had_health_check": True,
    }


def _review(rng: Random, member: Member) -> Row:
    """Reviewed every half year: secretaries by the township, the others by members and representatives."""
    return {
        **_who(member),
        "appraisal_kind": "half_year_secretary" if "P1" in member.positions else "half_year_staff",
        "period": "2024上半年",
        "held_on": date(2024, 7, 8) + days(rng.randrange(10)),
        "result": rng.choice(("excellent", "competent", "competent", "basic")),
        "is_not_listed": False,
    }
