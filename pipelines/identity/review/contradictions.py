"""Decisions that cannot all be right: which of them, and what is left when none of these is used.

Belongs here: finding contradictions. Does not belong here: who may withdraw what (`delivery`), how it is said (`words`).

Decisions are a graph: "the same" joins a mention to a person or two persons, "different" keeps two apart. It is wrong where
a pair is joined and kept apart, where a record belongs to two persons that are not one, and where a chain of joins leads
between two that are kept apart. No decision beats another by being newer: all of a contradiction are set aside, with the
links of the chain, and a person has to withdraw the wrong one.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from pipelines.identity.review.decisions import (
    DIFFERENT,
    LETTERS,
    MENTION,
    PERSON,
    SAME,
    VILLAGE,
    WITHDRAWN,
    Decision,
    Refusal,
)
from pipelines.sources.columns import OWN_ID

_ID = re.compile(OWN_ID)


def without(decisions: Iterable[Decision], refusals: Iterable[Refusal]) -> list[Decision]:
    """The decisions that no refusal speaks of."""
    refused = {one for refusal in refusals for one in refusal.decisions}
    return [one for one in decisions if one not in refused]


def malformed(decisions: list[Decision]) -> Iterator[Refusal]:
    """One number for two things, or subjects that are not of the kind it names."""
    by_number = defaultdict(list)
    for one in decisions:
        by_number[one.decision_no].append(one)
    for several in by_number.values():
        if len(several) > 1:
            yield Refusal("number_twice", tuple(several))
    for one in decisions:
        subjects = (one.subject_a, one.subject_b)
        fits = all(
            _ID.fullmatch(subject) and subject[0] == letter
            for subject, letter in zip(subjects, LETTERS.get(one.subject_kind, ("", "")), strict=True)
        )
        if not fits or subjects[0] == subjects[1] or one.verdict not in (SAME, DIFFERENT, WITHDRAWN):
            yield Refusal("malformed", (one,))


def opposed(decisions: list[Decision]) -> list[Refusal]:
    """Pairs that are both the same and not, and villages each of which became the other."""
    by_pair = defaultdict(list)
    for one in decisions:
        by_pair[one.pair].append(one)
    found = []
    for (kind, a, b), several in by_pair.items():
        if len({one.verdict for one in several}) > 1:
            found.append(Refusal("same_and_different", tuple(several)))
        elif kind == VILLAGE and a < b and several[0].verdict == SAME:
            back = [one for one in by_pair.get((kind, b, a), []) if one.verdict == SAME]
            if back:
                found.append(Refusal("village_circle", tuple(sorted([*several, *back]))))
    return found


def chains(decisions: list[Decision]) -> list[Refusal]:
    """Contradictions over more than one pair.

    They are looked for again without those found, until none is left: two chains may lead to one place.
    """
    found: list[Refusal] = []
    apart = [one for one in decisions if one.verdict == DIFFERENT and one.subject_kind != VILLAGE]
    while True:
        graph = _Graph(one for one in without(decisions, found) if one.verdict == SAME)
        new = [*graph.torn_mentions(), *graph.broken(apart)]
        new = [one for one in new if one not in found]
        if not new:
            return found
        found += new


class _Graph:
    """The joins that are left: persons by person decisions, and what each mention is joined to."""

    def __init__(self, joins: Iterable[Decision]) -> None:
        self._of_person: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
        self._of_mention: dict[str, list[Decision]] = defaultdict(list)
        for one in sorted(joins):
            if one.subject_kind == PERSON:
                self._of_person[one.subject_a].append((one.subject_b, one))
                self._of_person[one.subject_b].append((one.subject_a, one))
            elif one.subject_kind == MENTION:
                self._of_mention[one.subject_a].append(one)

    def torn_mentions(self) -> Iterator[Refusal]:
        """Mentions that are the same as two persons who are not one."""
        for mention in sorted(self._of_mention):
            joins = self._of_mention[mention]
            if any(self._chain(joins[0].subject_b, one.subject_b) is None for one in joins[1:]):
                yield Refusal("two_persons", tuple(joins))

    def broken(self, apart: Iterable[Decision]) -> Iterator[Refusal]:
        """Of those kept apart, the ones that a chain joins nevertheless, with the chain."""
        for one in sorted(apart):
            for person, joins in self._first_joins(one):
                chain = self._chain(person, one.subject_b)
                if chain is not None:
                    yield Refusal("chain", tuple(sorted({*chain, *joins, one})))

    def _first_joins(self, apart: Decision) -> list[tuple[str, list[Decision]]]:
        """The persons that the first of two kept apart is, and by which decision."""
        if apart.subject_kind == PERSON:
            return [(apart.subject_a, [])]
        return [(join.subject_b, [join]) for join in self._of_mention.get(apart.subject_a, [])]

    def _chain(self, start: str, end: str) -> list[Decision] | None:
        """The shortest chain of joins between two persons; None if there is none."""
        came_by: dict[str, tuple[str, Decision] | None] = {start: None}
        waiting = deque([start])
        while waiting:
            person = waiting.popleft()
            if person == end:
                chain = []
                while (step := came_by[person]) is not None:
                    person, decision = step
                    chain.append(decision)
                return chain
            for other, decision in self._of_person.get(person, []):
                if other not in came_by:
                    came_by[other] = (person, decision)
                    waiting.append(other)
        return None
