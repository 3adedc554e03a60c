"""瓯海区 (S0): the preparation of an election in the county of the demo, three weeks before the demo begins.

Belongs here: what departments know of its villages in one delivery, and the ledgers of the preparation. Does not belong
here: the villages and their elections (`simulation.departments`), what goes wrong with deliveries.
"""

from __future__ import annotations

from datetime import date
from random import Random

from pipelines.simulation import START
from pipelines.simulation.departments import DATASETS, Life, make_life
from pipelines.simulation.formats import Row, windows
from pipelines.simulation.geography import COUNTY_SIZE, villages
from pipelines.simulation.ledgers.preparation import visit_row, work_items, work_row
from pipelines.simulation.ledgers.team import appraisal_row
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import chosen
from pipelines.simulation.scenarios.scenario import Deliveries, Scenario
from pipelines.simulation.timeline import days
from pipelines.weeks import Week

_SETTLED, _NOT_LISTED = 150, 6
_VISITS_DUE = date(2020, 4, 30)
# Before the first handover: those in office are those who were appraised.
_WEEK = Week(START - days(21))


def build(rng: Random) -> Deliveries:
    """The deliveries of the county's week; of what has not begun yet there is none."""
    lives = [make_life(1, village, START, 1) for village in villages(COUNTY_SIZE)]
    window = {name: windows(name, _WEEK.monday, 1)[0] for name in DATASETS}
    known = {name: [row for life in lives for row in rows(life, window[name])] for name, rows in DATASETS.items()}
    settled = chosen(rng, _SETTLED, len(lives))
    return {
        **{name: rows for name, rows in known.items() if rows},
        "organisation__appraisals": _appraisals(rng, lives),
        "organisation__nominee_states": [
            {
                "village_code": life.village.code,
                "nominee_state": "settled" if is_settled else "intended",
                "stated_on": _WEEK.monday - days(7),
            }
            for life, is_settled in zip(lives, settled, strict=True)
        ],
        "organisation__village_works": [row for life in lives for row in _works(rng, life)],
        "organisation__paired_visits": [_visit(rng, life) for life in lives],
    }


SCENARIO = Scenario("ouhai", "330304", "瓯海区", _WEEK, build)


def _officials(life: Life) -> list[Person]:
    return list(dict.fromkeys(post.person for post in life.election.old_posts))


def _appraisals(rng: Random, lives: list[Life]) -> list[Row]:
    """The appraisal of every official; six were left off the nominee list after it, which excludes nobody."""
    people = [(life.village, person) for life in lives for person in _officials(life)]
    left_off = chosen(rng, _NOT_LISTED, len(people))
    rows: list[Row] = []
    for (village, person), is_left_off in zip(people, left_off, strict=True):
        held_on = date(2020, 10, 9) + days(rng.randrange(20))
        result = "basic" if is_left_off else rng.choice(("excellent", "competent", "competent"))
        rows.append(appraisal_row(village, person, "duty", "2020", held_on, result, is_left_off))
    return rows


def _works(rng: Random, life: Life) -> list[Row]:
    """What was to be done by the end of the month, nearly all of it done."""
    found: list[Row] = []
    for item in work_items(life.village):
        issues = rng.randrange(4) if item.startswith("clear_") else None
        is_done = item.startswith("team_") or rng.random() < 0.9
        done_on = _WEEK.monday - days(rng.randint(3, 60))
        state = "done" if is_done else "in_progress"
        found.append(work_row(life.village, item, date(2020, 11, 30), done_on if is_done else None, state, issues))
    return found


def _visit(rng: Random, life: Life) -> Row:
    visited_on = _VISITS_DUE - days(rng.randint(0, 40))
    return visit_row(life.village, _VISITS_DUE, visited_on, rng.choice(("look", "talk", "call", "check")))
