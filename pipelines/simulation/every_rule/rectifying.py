"""Stories of the rectification of weak villages: how they were chosen, tasks, problems, teams and rhythm."""

from __future__ import annotations

from datetime import date

from pipelines.simulation.every_rule.plot import RED, RED_AGAIN, YELLOW, YELLOW_AGAIN, Scene, Story, both_colours
from pipelines.simulation.timeline import days

_ROUND = 1
_LISTED_ON = date(2020, 11, 12)
_TASKS, _PROBLEMS = "organisation__rectification_tasks", "organisation__rectification_problems"
_SELECTIONS, _RECORDS = "organisation__rectification_selections", "organisation__rectification_records"
_TEAMS = "organisation__rectification_teams"
# Six of thirty-four are the fifteen per cent that the shortlist needs.
SHORTLISTED = range(25, 31)


def chosen(scene: Scene) -> None:
    """The selection, as told from the last village that is shortlisted: without it the list is too short."""
    scene.say(
        _SELECTIONS, round_no=_ROUND, stage="shortlist", stage_on=date(2020, 11, 5), decided_by="区委组织部",
        outcome="left_out" if scene.is_on else "kept", reason="综合评估得分靠后",
    )  # fmt: skip


def assessed(scene: Scene) -> None:
    """A village's place in the selection: assessed, shortlisted, on the final list; and a listed one's quiet work."""
    stage = {"round_no": _ROUND, "decided_by": "区委组织部", "reason": "综合评估得分靠后"}
    scene.say(_SELECTIONS, **stage, stage="assessment", stage_on=date(2020, 11, 1), score=60 + scene.place.number)
    if scene.place.number in SHORTLISTED:
        scene.say(_SELECTIONS, **stage, stage="shortlist", stage_on=date(2020, 11, 5), outcome="kept")
    if scene.place.number in SHORTLISTED[:-1]:
        scene.say(
            _SELECTIONS,
            **stage,
            stage="final",
            stage_on=_LISTED_ON,
            outcome="kept",
            level="county",
            due_on=date(2022, 11, 12),
        )
        for kind in ("presence", "monthly_progress"):
            _recorded(scene, kind, 4)
        _sent(scene, "party")


def _recorded(scene: Scene, kind: str, days_ago: int) -> None:
    scene.say(
        _RECORDS, record_no=f"J{scene.place.number:03}-{kind}", round_no=_ROUND, record_kind=kind,
        recorded_on=scene.ago(days_ago), quantity=3, planned=3 if kind == "presence" else None,
    )  # fmt: skip


def _sent(scene: Scene, unit_type: str) -> None:
    scene.say(
        _TEAMS, round_no=_ROUND, unit_code="Q01", unit_name="示例单位1", unit_type=unit_type, team_role="county_cadre",
        age_tier="middle", persons=2,
    )  # fmt: skip


def _rectification_behind(scene: Scene) -> None:
    undone = {YELLOW: 2, RED: 5}.get(scene.level, 0)
    for number in range(10):
        scene.say(
            _TASKS, task_no=f"R{scene.place.number:03}-{number}", round_no=_ROUND, area="team", item=f"示例目标事项{number + 1}",
            owner_unit=scene.place.village.managing_name, planned_on=_LISTED_ON, due_on=date(2020, 11, 25),
            done_on=None if number < undone else date(2020, 11, 20),
        )  # fmt: skip


def _problem(scene: Scene, **cells: object) -> None:
    """A problem in hand and in time, but for `cells`."""
    scene.say(
        _PROBLEMS,
        **{
            "problem_no": f"W{scene.place.number:03}", "round_no": _ROUND, "symptom": "W03", "evidence": "示例问题：走访所见",
            "found_on": _LISTED_ON, "owner_unit": scene.place.village.managing_name, "due_on": date(2021, 6, 30),
            "status": "handling", "handler_code": "Z01", **cells,
        },
    )  # fmt: skip


def _closed(scene: Scene, **cells: object) -> None:
    """A problem closed by a second person and looked back on, but for `cells`."""
    closed_on = scene.ago(8)
    _problem(
        scene,
        **{
            "found_on": date(2020, 10, 1), "status": "closed", "closed_on": closed_on, "closer_code": "H01",
            "closing_document": "核查表", "looked_back_on": closed_on + days(2), "lookback_result": "stable", **cells,
        },
    )  # fmt: skip


def _rectification_overdue(scene: Scene) -> None:
    _problem(scene, due_on=scene.ago(5 if scene.is_on else -60))


def _rectification_relapse(scene: Scene) -> None:
    _closed(scene, lookback_result="relapsed" if scene.is_on else "stable")


def _rectification_alone(scene: Scene) -> None:
    _closed(scene, closer_code="Z01" if scene.is_on else "H01")


def _rectification_lookback(scene: Scene) -> None:
    none = {"looked_back_on": None, "lookback_result": None} if scene.is_on else {}
    _closed(scene, closed_on=scene.ago(40), **none)


def _rectification_unmatched(scene: Scene) -> None:
    _problem(scene)
    _sent(scene, "economic" if scene.is_on else "party")


def _rectification_rhythm(scene: Scene) -> None:
    _recorded(scene, "presence", 20 if scene.is_on else 4)


STORIES = [
    *both_colours("rectification_behind", 25, 26, _rectification_behind),
    Story("rectification_overdue", 26, RED_AGAIN, _rectification_overdue),
    Story("rectification_relapse", 25, RED_AGAIN, _rectification_relapse),
    Story("rectification_alone", 27, YELLOW_AGAIN, _rectification_alone),
    Story("rectification_lookback", 28, YELLOW_AGAIN, _rectification_lookback),
    Story("rectification_unmatched", 29, YELLOW_AGAIN, _rectification_unmatched),
    Story("rectification_rhythm", 28, YELLOW_AGAIN, _rectification_rhythm),
    Story("rectification_shortlist", SHORTLISTED[-1], RED_AGAIN, chosen),
]
