"""Joint review: which answers the reviewing departments give about each candidate, and when.

Belongs here: opinions and their corrections, and the withdrawals that follow from them. Does not belong here: the
decision about a candidacy in general (`elections`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation.elections import Candidacy
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person
from pipelines.simulation.timeline import days

DEPARTMENTS = ("discipline_inspection", "public_security")
# These answer the organisation department, which sends on what they say.
COLLECTED = ("court", "natural_resources", "agriculture")
_PREFIX = {
    "discipline_inspection": "JW", "public_security": "GA", "court": "FY", "natural_resources": "ZR", "agriculture": "NY",
}  # fmt: skip
_RULES = {
    "discipline_inspection": ("R05", "R09"), "public_security": ("R02", "R03"), "court": ("R13",),
    "natural_resources": ("R14",), "agriculture": ("R16",),
}  # fmt: skip
# Shares of the answers that are FAIL, HOLD and EXPLAIN: about losers, about winners, of the collected ones about losers.
_LOSERS, _WINNERS, _COLLECTED = (0.007, 0.004, 0.006), (0.0, 0.0015, 0.004), (0.001, 0.0, 0.002)
_VALID_DAYS = 180


@dataclass(frozen=True, slots=True)
class Opinion:
    """One version of an answer; a later version of the same number corrects it."""

    opinion_no: str
    person: Person
    review_round: int
    answered_on: date
    conclusion: str
    rule_id: str | None
    influence_until: date | None

    @property
    def valid_until(self) -> date:
        return self.answered_on + days(_VALID_DAYS)


def asked_once(candidacies: tuple[Candidacy, ...]) -> tuple[Candidacy, ...]:
    """The first candidacy of each person: whoever stands twice is asked about once."""
    asked: dict[Person, Candidacy] = {}
    for one in candidacies:
        asked.setdefault(one.person, one)
    return tuple(asked.values())


def make_reviews(
    rng: Random,
    village: Village,
    asked: tuple[Candidacy, ...],
    candidacies: tuple[Candidacy, ...],
    departments: tuple[str, ...],
) -> dict[str, tuple[tuple[Opinion, ...], ...]]:
    """Per department, for each person asked about the versions of its answer (none: never answered).

    Candidates who do not pass mostly withdraw before the vote; that is decided by people, here by chance.
    """
    found: dict[str, list[tuple[Opinion, ...]]] = {department: [] for department in departments}
    for number, candidacy in enumerate(asked, start=1):
        for department in departments:
            opinion_no = f"{_PREFIX[department]}{candidacy.review_round}V{village.index + 1:05d}N{number:02d}"
            versions = _answer(rng, department, opinion_no, candidacy)
            found[department].append(versions)
            _withdraw(rng, candidacy, versions, candidacies)
    return {department: tuple(answers) for department, answers in found.items()}


def withdraw_some(rng: Random, candidacies: tuple[Candidacy, ...]) -> None:
    """A few withdraw for reasons of their own."""
    for one in candidacies:
        if not one.wins and one.withdrawn_on is None and rng.random() < 0.015:
            one.withdrawn_on = one.confirmed_on - days(rng.randint(0, 2))


def _answer(rng: Random, department: str, opinion_no: str, candidacy: Candidacy) -> tuple[Opinion, ...]:
    answered_on = _answered_on(rng, candidacy.sent_on, 0.25 if department in COLLECTED else 1.0)
    if answered_on is None:
        return ()
    conclusion = _conclusion(rng, department, candidacy.wins)
    rule = rng.choice(_RULES[department]) if conclusion in ("FAIL", "HOLD") else None
    until = answered_on + days(rng.randint(100, 500)) if rule == "R05" and conclusion == "FAIL" else None
    first = Opinion(opinion_no, candidacy.person, candidacy.review_round, answered_on, conclusion, rule, until)
    if conclusion == "HOLD" and rng.random() < 0.5:
        return first, _again(rng, first, "PASS")
    if rng.random() < 0.008:
        return first, _again(rng, first, conclusion)
    return (first,)


def _again(rng: Random, first: Opinion, conclusion: str) -> Opinion:
    rule = first.rule_id if conclusion == first.conclusion else None
    return Opinion(
        first.opinion_no,
        first.person,
        first.review_round,
        first.answered_on + days(rng.randint(6, 40)),
        conclusion,
        rule,
        first.influence_until if rule else None,
    )


def _answered_on(rng: Random, sent_on: date, lateness: float) -> date | None:
    """Five days are given: most answer in time, some late, a few not at all."""
    roll = rng.random()
    if roll < 0.002 * lateness:
        return None
    if roll < 0.02 * lateness:
        return sent_on + days(rng.randint(6, 10))
    return sent_on + days(rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5)))


def _conclusion(rng: Random, department: str, wins: bool) -> str:
    roll = rng.random()
    fail, hold, explain = _WINNERS if wins else _COLLECTED if department in COLLECTED else _LOSERS
    for share, conclusion in ((fail, "FAIL"), (hold, "HOLD"), (explain, "EXPLAIN")):
        if roll < share:
            return conclusion
        roll -= share
    return "PASS" if rng.random() < (0.85 if department == "discipline_inspection" else 0.25) else "NO_RECORD_FOUND"


def _withdraw(rng: Random, asked: Candidacy, versions: tuple[Opinion, ...], candidacies: tuple[Candidacy, ...]) -> None:
    if not versions or versions[0].conclusion != "FAIL" or rng.random() < 0.3:
        return
    for one in candidacies:
        if one.person is asked.person and not one.wins:
            one.withdrawn_on = min(versions[0].answered_on + days(rng.randint(1, 3)), one.decided_on)
