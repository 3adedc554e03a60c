"""What is done in the listed villages of 滨城区: problems, tasks, teams, records of the work, half-yearly score cards.

Belongs here: rows of these ledgers whose totals are those the district printed. Does not belong here: which villages are
listed (`bincheng`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers.rectification import AREAS, SYMPTOMS, Listing, score_card
from pipelines.simulation.scenarios.ground import chosen, dealt, shares, varied
from pipelines.simulation.timeline import days

ROUND = 3
_BEGUN_ON, _KNOWN_UNTIL = date(2021, 4, 26), date(2021, 8, 29)
# At county level the district printed 79 problems, and 141 in a heading: the other level is left with 62.
_PROBLEMS = {"county": 79, "township": 62}
_CAME_BACK = (81, 101)  # closed ones of that level, which the last two of the ledger are the relapses of
_TASKS = 364
_UNITS = {"party": 9, "political_legal": 6, "economic": 10, "professional": 9}
_LEADERS, _CADRES = 36, 64
# What four months of work came to, and the least and most of it in one village.
_WORK = {
    "leader_research": (27, 0, 3),
    "unit_research": (43, 0, 4),
    "committee_meeting": (163, 0, 9),
    "members_visited": (398, 0, 25),
    "households_visited": (1263, 5, 60),
    "conflicts_found": (40, 0, 5),
    "disputes_settled": (20, 0, 3),
    "reserve_trained": (19, 0, 3),
}
# Sums of money in yuan, and the number of records they are spread over.
_MONEY = {"project": (5_036_000, 37), "loss_recovered": (8_524_000, 18), "yearly_income": (2_100_000, 21)}
# A unit is sent where problems are of its kind; now and then there is one of another kind too.
_OF_ANOTHER_KIND = 12  # one problem in so many


def listings_of(rng: Random, villages: Sequence[Village], levels: Sequence[str]) -> list[Listing]:
    """The final list; where there are more villages than units, the first units have two."""
    kinds = dealt(rng, _UNITS)
    return [
        Listing(village, level, place % len(kinds) + 1, kinds[place % len(kinds)], ROUND)
        for place, (village, level) in enumerate(zip(villages, levels, strict=True))
    ]


def problems(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    """The ledger of problems; some are closed by a second person, of these a few came back."""
    rows: list[Row] = []
    for level, count in _PROBLEMS.items():
        places = [one for one in listings if one.level == level]
        rows += [_problem(rng, places[number % len(places)], len(rows) + number) for number in range(count)]
    came_back = [rows[place] for place in _CAME_BACK]
    for closed in came_back:
        closed["lookback_result"] = "relapsed"
    return [*rows[: -len(came_back)], *map(_relapse, rows[-len(came_back) :], came_back)]


def _problem(rng: Random, listing: Listing, number: int) -> Row:
    kinds = list(SYMPTOMS)
    another = number % _OF_ANOTHER_KIND == 0
    kind = kinds[(kinds.index(listing.unit_type) + another) % len(kinds)]
    found_on = _BEGUN_ON + days(number % 20)
    row = listing.row(
        problem_no=f"W{ROUND}-{number + 1:04d}",
        symptom=SYMPTOMS[kind][number % len(SYMPTOMS[kind])],
        evidence=f"示例问题{number + 1}：排查和走访所见",
        found_on=found_on,
        owner_unit=listing.village.managing_name,
        due_on=found_on + days(60 + 30 * (number % 12)),
        status="handling",
        handler_code=f"Z{number % 17 + 1:02d}",
    )
    if number % 4 != 1:
        return row
    closed_on = found_on + days(rng.randint(20, 60))
    return row | {
        "status": "closed",
        "closed_on": closed_on,
        "closer_code": f"H{number % 5 + 1:02d}",
        "closing_document": "核查表、会议记录",
        "looked_back_on": closed_on + days(30),
        "lookback_result": "stable",
    }


def _relapse(row: Row, closed: Row) -> Row:
    """The same problem in the same village, entered again after the look-back."""
    same = {name: closed[name] for name in ("village_code", "owner_unit", "symptom", "evidence")}
    return row | same | {"found_on": _KNOWN_UNTIL - days(7), "status": "new", "relapse_of": closed["problem_no"]}


def tasks(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    """Tasks over two years in six areas, a third of them done, some of these before they are due."""
    counts = shares(_TASKS, len(listings))
    places = [listing for listing, count in zip(listings, counts, strict=True) for _ in range(count)]
    rng.shuffle(places)
    return [
        listing.row(
            task_no=f"R{ROUND}-{number + 1:03d}",
            area=AREAS[number % len(AREAS)],
            item=f"示例目标事项{number + 1}",
            owner_unit=listing.village.managing_name,
            planned_on=_BEGUN_ON,
            due_on=_BEGUN_ON + days(60 + 2 * number),
            done_on=_BEGUN_ON + days(30 + number % 90) if number % 3 == 0 else None,
        )
        for number, listing in enumerate(places)
    ]


def teams(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    """Who was sent, in numbers: not every village has a county leader."""
    leads = chosen(rng, _LEADERS, len(listings))
    rows: list[Row] = []
    for place, (listing, cadres) in enumerate(zip(listings, shares(_CADRES, len(listings)), strict=True)):
        rows.append(listing.sent("county_cadre", ("middle", "young")[place % 2], cadres))
        if leads[place]:
            rows.append(listing.sent("county_leader", "senior", 1))
    return rows


def records(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    """Weekly presence, monthly progress, quarterly visits, what the work came to, and money."""
    rows = [*_rhythms(rng, listings), *_work(rng, listings), *_money(rng, listings)]
    return [{"record_no": f"J{ROUND}-{number:05d}", **row} for number, row in enumerate(rows, start=1)]


def _rhythms(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    sundays = [_BEGUN_ON + days(6 + 7 * week) for week in range(18)]
    months = [date(2021, month, 28) for month in (5, 6, 7, 8)]
    return [
        row
        for one in listings
        for row in (
            *(one.record("presence", on, rng.randint(8, 10), planned=10) for on in sundays),
            *(one.record("monthly_progress", on, rng.randint(0, 2)) for on in months),
            one.record("quarterly_visit", date(2021, 7, 20), rng.randint(0, 3)),
        )
    ]


def _work(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    return [
        one.record(kind, _BEGUN_ON + days(rng.randint(0, 120)), amount)
        for kind, (total, low, high) in _WORK.items()
        for one, amount in zip(listings, varied(rng, total, len(listings), low, high), strict=True)
        if amount
    ]


def _money(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    return [
        listings[place % len(listings)].record(kind, _BEGUN_ON + days(rng.randint(10, 120)), 1, amount=share * 1000)
        for kind, (total, parts) in _MONEY.items()
        for place, share in enumerate(varied(rng, total // 1000, parts, 10, 900))
    ]


def assessments(rng: Random, listings: Sequence[Listing]) -> list[Row]:
    """The first half-yearly score cards."""
    return [row for one in listings for row in score_card(rng, one, date(2021, 8, 20))]
