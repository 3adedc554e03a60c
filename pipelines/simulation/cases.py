"""What people make of an answer that is no pass: they examine the case, hear the person, decide, tell, and hear appeals.

Belongs here: cases and their dates; chance stands for what people decide. Does not belong here: answers (`reviews`), rows
(`ledgers.review`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation.elections import Candidacy
from pipelines.simulation.reviews import Opinion
from pipelines.simulation.timeline import days

_WITHOUT_DECISION = 0.1  # examined, and put to nobody yet
_APPEALING = 0.25
_REASONS = {
    "exclude": "经核实，所答情形属实，依照条款不具备资格",
    "keep": "听取本人说明并核实，所答情形不影响资格",
    "defer": "有关情况尚待供数单位答复，暂缓决定",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One examination. Days that have not come yet are simply later ones; None is what never happens."""

    case_no: str
    candidacy: Candidacy
    rule_id: str | None
    outcome: str | None
    examined_on: date
    heard_on: date
    decided_on: date | None
    appeal_on: date | None
    appeal_answered_on: date | None

    @property
    def notice_on(self) -> date | None:
        """The day after the decision."""
        return self.decided_on + days(1) if self.decided_on else None

    @property
    def reason(self) -> str | None:
        """Why, in words that name nobody."""
        return _REASONS[self.outcome] if self.outcome else None

    @property
    def changes(self) -> tuple[date | None, ...]:
        """The days on which there is news of it."""
        return (self.examined_on, self.heard_on, self.decided_on, self.notice_on, self.appeal_on, self.appeal_answered_on)


def make_cases(
    rng: Random, prefix: str, asked: tuple[Candidacy, ...], reviews: dict[str, tuple[tuple[Opinion, ...], ...]],
    candidacies: tuple[Candidacy, ...],
) -> tuple[Case, ...]:  # fmt: skip
    """The cases of a village, one for each person whom any department did not simply pass."""
    found: list[Case] = []
    for place, candidacy in enumerate(asked):
        answers = [versions[place][-1] for versions in reviews.values() if versions[place]]
        findings = [one for one in answers if one.conclusion in ("FAIL", "HOLD", "EXPLAIN")]
        if findings:
            worst = min(findings, key=lambda one: ("FAIL", "HOLD", "EXPLAIN").index(one.conclusion))
            gone = all(one.withdrawn_on for one in candidacies if one.person is candidacy.person)
            found.append(_case(rng, f"{prefix}{len(found) + 1}", candidacy, worst, gone))
    return tuple(found)


def _case(rng: Random, case_no: str, candidacy: Candidacy, finding: Opinion, gone: bool) -> Case:
    """Only who no longer stands is excluded: a roster that contradicts a decision is nothing a county means to send."""
    examined_on = finding.answered_on + days(rng.randint(1, 4))
    heard_on = examined_on + days(rng.randint(1, 2))
    outcome: str | None = "exclude" if finding.conclusion == "FAIL" and gone else "keep"
    if finding.conclusion == "HOLD":
        outcome = "defer"
    if rng.random() < _WITHOUT_DECISION:
        outcome = None
    decided_on = heard_on + days(rng.randint(1, 3)) if outcome else None
    appeal_on = None
    if outcome == "exclude" and decided_on and rng.random() < _APPEALING:
        appeal_on = decided_on + days(rng.randint(2, 6))
    answered_on = appeal_on + days(rng.randint(5, 12)) if appeal_on else None
    return Case(case_no, candidacy, finding.rule_id, outcome, examined_on, heard_on, decided_on, appeal_on, answered_on)
