"""Stories of petitions, teams and the departments paired with villages."""

from __future__ import annotations

from datetime import date

from pipelines.simulation.departments import person_cells
from pipelines.simulation.every_rule.ground import YOUNGEST, post_row
from pipelines.simulation.every_rule.plot import (
    MANY,
    RED,
    RED_AGAIN,
    YELLOW,
    YELLOW_AGAIN,
    Scene,
    Story,
    both_colours,
)

_MATTERS, _POSTS, _SUPPORT = "petition__matters", "organisation__posts", "organisation__staff_support"
_WORKS, _PAIRINGS = "organisation__village_works", "organisation__pairings"
_SPECIAL_TEAM = ("county_leader", "township_leader", "first_secretary", "department", "worthy", "police")


def _matters(scene: Scene, count: int, **cells: object) -> None:
    """Open matters of one story."""
    for number in range(count):
        scene.say(
            _MATTERS,
            **{
                "matter_key": f"m{scene.place.number:03}{number:02}", "category": "appeal", "form": "letter", "is_repeat": False,
                "people_band": "single", "registered_on": scene.ago(20), "extended": False, "closed_on": None,
                "status": "handling", "handling_unit": scene.place.village.managing_name, **cells,
            },
        )  # fmt: skip


def _petition_open(scene: Scene) -> None:
    open_matters = {YELLOW: MANY, RED: 7}.get(scene.level, 0)
    _matters(scene, 7, closed_on=scene.ago(8), status="answered")
    _matters(scene, open_matters)


def _petition_group(scene: Scene) -> None:
    _matters(scene, MANY, people_band="group" if scene.is_on else "few", registered_on=scene.ago(12))


def _petition_overdue(scene: Scene) -> None:
    _matters(scene, MANY, registered_on=scene.ago(75 if scene.is_on else 20))


def _petition_repeat(scene: Scene) -> None:
    _matters(scene, MANY, is_repeat=scene.is_on)


def _secretary_vacant(scene: Scene) -> None:
    left_on = {YELLOW: scene.ago(12), RED: scene.ago(100)}.get(scene.level)
    # taken office long ago, so that the day of leaving is never before it
    row = post_row(scene.place, scene.place.team[0], "P1")
    scene.book.unsay(_POSTS, **row)
    reason = "transferred" if left_on else None
    scene.book.say(_POSTS, **{**row, "started_on": date(2020, 1, 10), "ended_on": left_on, "left_reason": reason})


def _young_member_missing(scene: Scene) -> None:
    if scene.is_on:
        scene.book.unsay(_POSTS, **post_row(scene.place, scene.place.team[YOUNGEST], "C3"))


def _half_year_review_missing(scene: Scene) -> None:
    """In office for long; reviewed in the half year, or before it. Somebody else is always reviewed."""
    secretary = scene.place.team[0]
    row = post_row(scene.place, secretary, "P1")
    scene.book.unsay(_POSTS, **row)
    scene.book.say(_POSTS, **{**row, "started_on": date(2019, 1, 10)})
    scene.say(
        "organisation__appraisals", **person_cells(secretary), appraisal_kind="half_year_secretary", period="2020",
        held_on=scene.ago(250 if scene.is_on else 90), result="competent", is_not_listed=False,
    )  # fmt: skip


def _supported(scene: Scene, pay: int, is_covered: bool) -> None:
    for member in scene.place.team:
        scene.say(
            _SUPPORT, **person_cells(member), support_year=2020, pay=pay, has_accident_cover=True, has_illness_cover=is_covered,
            had_health_check=True,
        )  # fmt: skip


def _pay_below_floor(scene: Scene) -> None:
    _supported(scene, 30_000 if scene.is_on else 60_000, is_covered=True)


def _insurance_missing(scene: Scene) -> None:
    _supported(scene, 60_000, is_covered=not scene.is_on)


def _pairing_missing(scene: Scene) -> None:
    if scene.is_on:
        scene.book.unsay(_PAIRINGS, village_code=scene.place.village.code)


def _paired_visit_overdue(scene: Scene) -> None:
    scene.say(
        "organisation__paired_visits", department_code="D01", due_on=date(2020, 11, 27),
        visited_on=None if scene.is_on else date(2020, 11, 26), visit_method=None if scene.is_on else "look",
    )  # fmt: skip


def _special_team_gap(scene: Scene) -> None:
    scene.say("civil_affairs__villages", is_key_village=True)
    for number, role in enumerate(_SPECIAL_TEAM):
        is_filled = not scene.is_on or number >= MANY
        scene.say(
            _WORKS, work_item=f"team_{role}", work_state="done" if is_filled else "not_started", due_on=date(2020, 11, 1),
            done_on=date(2020, 10, 28) if is_filled else None,
        )  # fmt: skip


STORIES = [
    *both_colours("petition_open", 11, 12, _petition_open),
    Story("petition_group", 13, YELLOW_AGAIN, _petition_group),
    Story("petition_overdue", 14, RED_AGAIN, _petition_overdue),
    Story("petition_repeat", 15, RED_AGAIN, _petition_repeat),
    *both_colours("secretary_vacant", 22, 23, _secretary_vacant),
    Story("young_member_missing", 33, YELLOW_AGAIN, _young_member_missing),
    Story("half_year_review_missing", 33, YELLOW_AGAIN, _half_year_review_missing),
    Story("pay_below_floor", 32, YELLOW_AGAIN, _pay_below_floor),
    Story("insurance_missing", 31, YELLOW_AGAIN, _insurance_missing),
    Story("pairing_missing", 24, YELLOW_AGAIN, _pairing_missing),
    Story("paired_visit_overdue", 31, YELLOW_AGAIN, _paired_visit_overdue),
    Story("special_team_gap", 34, YELLOW_AGAIN, _special_team_gap),
]
