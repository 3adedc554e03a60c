"""The quiet county that the stories happen in: villages of two townships, teams, lists in which nothing is worrying.

Belongs here: rows of which no rule fires. Does not belong here: anything that makes one fire (the stories).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import People, invented_villages, village_row
from pipelines.simulation.timeline import days

COUNTY_CODE, COUNTY_NAME = "999901", "试验县"
TOWNSHIPS = (("甲镇", 0, 17), ("乙镇", 0, 17))
DEPARTMENTS = (("D01", "区档案馆"), ("D02", "区气象局"), ("D03", "区供销社"))
VOTED_ON, TOOK_OFFICE_ON = date(2020, 10, 20), date(2020, 10, 21)
_TEAM = (("P1", 52), ("C1", 47), ("C2", 44), ("C3", 41), ("C3", 29))  # post and age
YOUNGEST = 4


@dataclass(frozen=True)
class Place:
    """A village, its team in the order of `_TEAM`, and the number of it that stories call it by (from 1)."""

    number: int
    village: Village
    team: tuple[Person, ...]


def places(people: People) -> list[Place]:
    """All villages with their teams."""
    return [
        Place(number, village, tuple(people.person(age) for _, age in _TEAM))
        for number, village in enumerate(invented_villages(COUNTY_CODE, TOWNSHIPS), start=1)
    ]


def quiet_rows(place: Place, sunday: date) -> Iterator[tuple[str, Row]]:
    """What the weekly lists say of a village in which nothing happens."""
    code = {"village_code": place.village.code}
    department = DEPARTMENTS[place.number % len(DEPARTMENTS)]
    yield "civil_affairs__villages", village_row(place.village, established_on=date(1990, 1, 1))
    yield "organisation__pairings", code | {
        "area_name": f"第{place.number % 3 + 1}片区", "department_code": department[0], "department_name": department[1],
        "leader_name": "钱大可", "leader_email": f"{department[0].lower()}@example.org",
        "secretary_name": "孙力行", "secretary_email": "t@example.org",
    }  # fmt: skip
    yield "civil_affairs__election_steps", code | {
        "step_code": "C25", "planned_on": VOTED_ON, "done_on": VOTED_ON, "document_no": "选1号",
    }  # fmt: skip
    yield "questionnaire__village_profile", code | {
        "filled_on": sunday - days(10), "residents": 1400, "party_members": 50, "representatives": 40,
        "members_interviewed": 50, "representatives_interviewed": 30, "key_persons": 5, "key_persons_interviewed": 5,
        "collective_income": 80_000, "audit_status": "published", "audit_published_on": date(2020, 9, 1),
    }  # fmt: skip
    yield "petition__matters", code | {
        "matter_key": f"q{place.number:03}", "category": "suggestion", "form": "online", "is_repeat": False,
        "people_band": "single", "registered_on": date(2020, 10, 11), "extended": False, "closed_on": date(2020, 10, 30),
        "status": "answered", "handling_unit": place.village.managing_name,
    }  # fmt: skip
    for person, (position, _) in zip(place.team, _TEAM, strict=True):
        yield "organisation__posts", post_row(place, person, position)


def post_row(place: Place, person: Person, position: str, started_on: date = TOOK_OFFICE_ON) -> Row:
    """A line of the roster of posts."""
    return {
        **person_cells(person), **person_facts(person), "village_code": place.village.code, "position": position,
        "started_on": started_on, "is_full_time": True, "term_year": 2020,
    }  # fmt: skip
