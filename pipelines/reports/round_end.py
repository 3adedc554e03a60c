"""What reports leave out once the election round is closed (lawful-use F-40): everything of the joint review.

Belongs here: taking it out of a week's data, and its chapters out of the pages. Does not belong here: whether the round is closed
(`access.round`). The joint review was the purpose of these data; with the round the purpose ends.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.reports.audiences import POSTS, REVIEW
from pipelines.reports.selection import REVIEW_TOPIC
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData

CHAPTERS = frozenset({"review", "persons"})
REVIEW_SECTIONS = frozenset({"review", "disposition", "mark", "decision"})
GROUP = "review_group"


def without_review(data: WeekData) -> WeekData:
    """The week without the joint review: no copy for its group, no progress, cases, warnings, answers and changes of it."""

    def is_of_review(rule_id: str | None) -> bool:
        rule = data.rules.get(rule_id or "")
        return rule is not None and rule.topic == REVIEW_TOPIC

    def without_its_rules(reasons: str | None) -> str | None:
        left = [rule_id for rule_id in (reasons or "").split("、") if rule_id and not is_of_review(rule_id)]
        return "、".join(left) or None

    return replace(
        data,
        # Who knew the outcomes has the colours of those who did not: outcomes count for nobody any more.
        states={
            circle: {
                village_id: replace(state, reasons=without_its_rules(state.reasons))
                for village_id, state in data.states[POSTS if circle == REVIEW else circle].items()
            }
            for circle in data.states
        },
        past_colours={circle: data.past_colours[POSTS if circle == REVIEW else circle] for circle in data.past_colours},
        responsibilities=[one for one in data.responsibilities if one.recipient_type != GROUP],
        warnings=[one for one in data.warnings if not is_of_review(one.rule_id)],
        answers=[one for one in data.answers if not is_of_review(one.rule_id)],
        changes=[one for one in data.changes if one.section not in REVIEW_SECTIONS],
        cases=[],
        reviews=[],
    )


def chapters(kind: str) -> tuple[str, ...]:
    """The chapters of a kind of recipient without those of the joint review."""
    return tuple(name for name in texts().listed("sections", kind) if name not in CHAPTERS)
