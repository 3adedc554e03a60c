"""The four weeks of the county as the files that its departments drop.

Belongs here: which dataset comes in which week, and the stories of feeds, which are late or cannot be read. Does not belong
here: rows (`ground` and the stories).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.files import write_whole
from pipelines.simulation.departments import person_cells
from pipelines.simulation.every_rule import procedure, rectifying, review, village_life
from pipelines.simulation.every_rule.ground import COUNTY_CODE, COUNTY_NAME, places, quiet_rows
from pipelines.simulation.every_rule.plot import CLEAR, Book, Scene, Story, rng_of
from pipelines.simulation.formats import Row, contract_of, format_of
from pipelines.simulation.scenarios.ground import People
from pipelines.simulation.scenarios.scenario import write_delivery
from pipelines.simulation.timeline import days
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week

FIRST_WEEK = Week.parse("2020-W49")
WEEKS = 4
LAST_WEEK = Week(FIRST_WEEK.monday + days(7 * (WEEKS - 1)))
STORIES: list[Story] = [*procedure.STORIES, *village_life.STORIES, *review.STORIES, *rectifying.STORIES]

# Late: a list that comes each week is left out in these weeks (counted from 1). One list is eight to fourteen days old in
# week 2, there in week 3 and late again; the other is late in week 3 and older than that in the last.
_LEFT_OUT = {"public_security__opinions": (2, 4), "discipline_inspection__opinions": (3, 4)}
# Held: of a list that comes when there is something, what came in these weeks is not what was agreed.
_UNREADABLE = {"organisation__village_funds": (1, 3)}
_READABLE = {"organisation__village_funds": 2}


def settings_lines() -> str:
    """What a home of this county has in its settings.env."""
    return f"CUNSHE_COUNTY_CODE={COUNTY_CODE}\nCUNSHE_COUNTY_NAME={COUNTY_NAME}\nCUNSHE_ALLOW_UNASSIGNED_AREA=true\n"


def simulate_every_rule(out: Path) -> None:
    """Write all deliveries into the inbox `out`. The same bytes in each run."""
    people = People(rng_of("people"), date(2020, 12, 31))
    found = places(people)
    told: dict[str, list[Row]] = {}
    for number in range(1, WEEKS + 1):
        week = Week(FIRST_WEEK.monday + days(7 * (number - 1)))
        book = Book()
        for place in found:
            for name, row in quiet_rows(place, week.sunday):
                book.say(name, **row)
            rectifying.assessed(Scene(place, CLEAR, week.sunday, book, ()))
        _keep_reviews(book, found[0].team[0], found[0].village.code, week.sunday)
        for story in STORIES:
            place = found[story.village - 1]
            story.tell(Scene(place, story.levels[number - 1], week.sunday, book, story.cast(people)))
        _deliver(out, book, number, week, told)


def _keep_reviews(book: Book, secretary: object, village_code: str, sunday: date) -> None:
    """A county that reviews its secretaries each half year: without one such review nobody is late."""
    book.say(
        "organisation__appraisals", **person_cells(secretary), village_code=village_code,  # type: ignore[arg-type]
        appraisal_kind="half_year_secretary", period="2020", held_on=sunday - days(60), result="competent", is_not_listed=False,
    )  # fmt: skip


def _deliver(out: Path, book: Book, number: int, week: Week, told: dict[str, list[Row]]) -> None:
    """A week's files. What comes only when there is something does not come to say what was `told` last."""
    weekly = [name for name, contract in load_catalog().items() if contract.cadence.every_days is not None]
    for name in sorted({*weekly, *book.datasets()}):
        rows = book.rows(name)
        if number not in _LEFT_OUT.get(name, ()) and (name in weekly or rows != told.get(name)):
            write_delivery(out, name, rows, _day(week, name))
            told[name] = rows
    for name, weeks in _UNREADABLE.items():
        if number in weeks:
            folder = out / name.replace("__", "/") / _day(week, name).isoformat()
            write_whole(folder / "delivered.csv", "甲,乙\n1,2\n".encode())
    for name, readable in _READABLE.items():
        if number == readable:
            funds = [
                {**row, "fund_year": 2020, "operating_funds": 50_000} for row in book.rows("civil_affairs__villages")
            ]
            columns = [column.name for column in contract_of(name).columns]
            write_delivery(out, name, [{key: row[key] for key in columns} for row in funds], _day(week, name))


def _day(week: Week, name: str) -> date:
    return week.monday + days(format_of(name).weekday)
