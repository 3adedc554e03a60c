"""Stories of the joint review: answers that are overdue, findings about persons, decisions that lack something."""

from __future__ import annotations

from datetime import date

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.every_rule.plot import MANY, RED, RED_AGAIN, YELLOW, YELLOW_AGAIN, Scene, Story, both_colours
from pipelines.simulation.ledgers.review import decided_cells, examined_row, letter_row
from pipelines.simulation.people import Person

_ASKED_ON, _CUT_OFF_ON, _ANSWERED_ON = date(2020, 11, 2), date(2020, 11, 16), date(2020, 11, 10)
_REVIEWER = "court"
_FIRST_VILLAGE = 7  # of these stories
_GROUND, _RULE_OFF = "R02", "R11"  # an eligibility rule that is on, and one that is off


def _round(scene: Scene) -> int:
    """A round of the village's own: letters and answers of one story say nothing of another's."""
    return scene.place.number - _FIRST_VILLAGE + 1


def _named(scene: Scene, person: Person, status: str, due_on: date) -> None:
    """A candidate whom one department was asked about, in the village's round."""
    scene.say(
        "organisation__candidates", **person_cells(person), **person_facts(person), position="C3",
        nominated_on=date(2020, 10, 28), review_round=_round(scene), sent_for_review_on=_ASKED_ON, is_on_nominee_list=False,
        candidate_status=status,
    )  # fmt: skip
    letter = letter_row(_round(scene), _REVIEWER, _ASKED_ON, due_on, _CUT_OFF_ON)
    scene.book.say("organisation__review_panels", **letter)


def _review_overdue(scene: Scene) -> None:
    """The letter itself says until when: in a clear week it was given more time."""
    due_on = scene.ago({YELLOW: 2, RED: 6}.get(scene.level, -10))
    for person in scene.people:
        _named(scene, person, "confirmed", due_on)


def _answered(scene: Scene, conclusion: str, rule_id: str) -> None:
    (person,) = scene.people
    _named(scene, person, "confirmed", date(2020, 11, 12))
    scene.book.say(
        "organisation__collected_opinions", **person_cells(person), opinion_no=f"Y{person.id_number[-8:-1]}",
        reviewer=_REVIEWER, review_round=_round(scene), answered_on=_ANSWERED_ON,
        conclusion=conclusion if scene.is_on else "PASS", rule_id=rule_id if scene.is_on else None, event_on=None,
        influence_until=None, valid_until=date(2021, 6, 30), document_no=None,
    )  # fmt: skip


def _review_hold(scene: Scene) -> None:
    _answered(scene, "HOLD", "R08")


def _review_fail_standing(scene: Scene) -> None:
    _answered(scene, "FAIL", _GROUND)


def _review_rule_off(scene: Scene) -> None:
    _answered(scene, "FAIL", _RULE_OFF)


def _decided(scene: Scene, outcome: str, status: str, **cells: object) -> None:
    """A decision with all it needs, but for `cells`."""
    (person,) = scene.people
    _named(scene, person, status, date(2020, 11, 12))
    number = f"D{person.id_number[-8:-1]}"
    row = examined_row(number, person, scene.place.village.code, _round(scene), date(2020, 11, 18))
    decision = decided_cells(outcome, date(2020, 11, 24), _GROUND, "示例理由")
    scene.book.say(
        "organisation__review_decisions",
        **{**row, **decision, "heard_on": date(2020, 11, 20), "notice_on": date(2020, 11, 25), **cells},
    )


def _review_decision_incomplete(scene: Scene) -> None:
    _decided(scene, "keep", "confirmed", **({"decider_body": None} if scene.is_on else {}))


def _review_exclusion_unheard(scene: Scene) -> None:
    _decided(scene, "exclude", "withdrawn", **({"heard_on": None, "notice_on": None} if scene.is_on else {}))


def _review_exclusion_standing(scene: Scene) -> None:
    _decided(scene, "exclude", "confirmed" if scene.is_on else "withdrawn")


STORIES = [
    *both_colours("review_overdue", 7, 8, _review_overdue, people=MANY),
    Story("review_hold", 9, YELLOW_AGAIN, _review_hold, people=1),
    Story("review_fail_standing", 9, RED_AGAIN, _review_fail_standing, people=1),
    Story("review_rule_off", 9, RED_AGAIN, _review_rule_off, people=1),
    Story("review_decision_incomplete", 10, RED_AGAIN, _review_decision_incomplete, people=1),
    Story("review_exclusion_unheard", 10, RED_AGAIN, _review_exclusion_unheard, people=1),
    Story("review_exclusion_standing", 10, RED_AGAIN, _review_exclusion_standing, people=1),
]
