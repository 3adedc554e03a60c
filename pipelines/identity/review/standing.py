"""What of the decisions stands as of a day: not withdrawn, not contradictory, and which persons are one because of it.

Belongs here: withdrawals, merging and un-merging persons. Does not belong here: finding contradictions
(`contradictions`), applying decisions to records (`linking`).

A decision holds until its own decider withdraws it. What stands depends on the decisions alone and never on the order in
which they arrived, so a replay gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pipelines.identity.review.contradictions import chains, malformed, opposed, without
from pipelines.identity.review.decisions import (
    PERSON,
    SAME,
    WITHDRAWN,
    Decision,
    Decisions,
    Merge,
    Refusal,
    landed_decisions,
    once_each,
)


def load_decisions(landing: Path, as_of: date) -> Decisions:
    """What stands of the decisions delivered up to and including a day (`as_of`, the Sunday of a week)."""
    return resolve(landed_decisions(landing, as_of))


def resolve(decisions: Iterable[Decision]) -> Decisions:
    """What stands of a set of decisions; the order in which they are given does not matter."""
    known = once_each(decisions)
    refused = list(malformed(known))
    left = standing(without(known, refused))
    for find in (opposed, chains):
        found = find(left)
        refused += found
        left = without(left, found)
    merges = [one for one in left if (one.subject_kind, one.verdict) == (PERSON, SAME)]
    return Decisions(tuple(left), tuple(refused), canonical_persons(merges), merge_history(known, left))


def refusals_of(new: Decision, known: Iterable[Decision]) -> list[Refusal]:
    """What a new decision would contradict: the refusals that it would be part of."""
    return [one for one in resolve([*known, new]).refused if new in one.decisions]


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that their own decider has not withdrawn since.

    A withdrawal takes back what the same person said about the pair before it, and nobody else's word.
    """
    ordered = sorted(decisions)
    withdrawn: dict[tuple[tuple[str, str, str], str], Decision] = {}
    for one in ordered:
        if one.verdict == WITHDRAWN:
            withdrawn[one.pair, one.decided_by] = one
    return [
        one
        for one in ordered
        if one.verdict != WITHDRAWN and not ((last := withdrawn.get((one.pair, one.decided_by))) and one < last)
    ]


def canonical_persons(merges: Iterable[Decision]) -> dict[str, str]:
    """For each person_id that was merged into another, the one that stays; ids that stay are left out.

    The merges are replayed by their days and numbers: the person that stays takes in all that the other had taken in.
    """
    stays: dict[str, str] = {}

    def root(person_id: str) -> str:
        while person_id in stays:
            person_id = stays[person_id]
        return person_id

    for one in sorted(merges):
        kept, other = root(one.subject_a), root(one.subject_b)
        if kept != other:
            stays[other] = kept
    return {person_id: root(person_id) for person_id in stays}


def merge_history(decisions: Iterable[Decision], used: Iterable[Decision]) -> tuple[Merge, ...]:
    """Every merge ever decided, with the day its own decider took it back."""
    ordered, counted = sorted(decisions), set(used)
    found = []
    for one in ordered:
        if (one.subject_kind, one.verdict) != (PERSON, SAME):
            continue
        ends = [
            later.decided_on
            for later in ordered
            if later > one
            and (later.verdict, later.pair, later.decided_by) == (WITHDRAWN, one.pair, one.decided_by)
        ]
        until = min(ends, default=None)
        found.append(Merge(one.subject_b, one.subject_a, one.decision_no, one.decided_on, until, one in counted))
    return tuple(found)
