"""Counting links against the truth: precision, recall, F1 and their intervals.

Belongs here: figures as values. Does not belong here: where links come from, which figure is good enough (`linkage`).

Intervals are 95 % score intervals of Wilson (1927). Precision and recall are proportions; F1 = 2J / (1 + J) rises with
J = right / (right + wrong + missed), a proportion too, so the ends of J's interval give those of F1. Records about one
person are not wholly independent, which Wilson's interval does not know of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import sqrt
from typing import Any, Self, TypeVar

Z_95 = 1.959964
# Per mention: `found` is the person linked automatically, `offered` those a person is asked about.
_TALLIES = """
with found as (
    select
        mention_id,
        max(person_id) filter (where band = 'sure') as found,
        count(*) filter (where band = 'sure') as sure_links,
        list(person_id) filter (where band = 'review') as offered
    from link
    group by mention_id
)
select
    truth.evidence_class,
    truth.trap,
    truth.lookalike,
    count(*) as mentions,
    count(truth.person_id) as with_person,
    count(*) filter (where found.found = truth.person_id) as right_links,
    count(*) filter (where found.found is not null and found.found is distinct from truth.person_id) as wrong_links,
    count(*) filter (where found.found is null and len(found.offered) > 0) as waiting,
    count(*) filter (where found.found is null and len(found.offered) > 0 and truth.person_id is not null)
        as waiting_with_person,
    count(*) filter (where found.found is null and list_contains(found.offered, truth.person_id)) as offered_right,
    coalesce(max(found.sure_links), 0) as most_links
from truth left join found on truth.mention_id = found.mention_id
group by truth.evidence_class, truth.trap, truth.lookalike
"""
# What `_TALLIES` counts, in its order.
_COUNTED = ("mentions", "with_person", "right", "wrong", "waiting", "waiting_with_person", "offered_right")


@dataclass(frozen=True)
class Share:
    """A proportion with its 95 % interval; None where there is nothing to divide by."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, part: int, whole: int) -> Share:
        """`part` of `whole`."""
        if whole == 0:
            return cls(None, None, None)
        low, high = wilson(part, whole)
        return cls(part / whole, low, high)

    def as_json(self) -> dict[str, float | None]:
        """Value and interval, rounded to a millionth."""
        return {
            one.name: None if (value := getattr(self, one.name)) is None else round(value, 6) for one in fields(self)
        }


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion."""
    share, square = part / whole, Z_95 * Z_95
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z_95 / (1 + square / whole) * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    # a bound is exact at the ends, where rounding would miss it
    return (0.0 if part == 0 else middle - half), (1.0 if part == whole else middle + half)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What every tally of links counts, records as sent or mentions as they reach the linking."""

    with_person: int = 0
    right: int = 0
    wrong: int = 0
    waiting_with_person: int = 0
    offered_right: int = 0

    def __add__(self, other: Self) -> Self:
        return replace(self, **{of.name: getattr(self, of.name) + getattr(other, of.name) for of in fields(self)})

    @property
    def precision(self) -> Share:
        """Of the automatic links, those to the right person."""
        return Share.of(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Share:
        """Of all about somebody on a roster, those linked to them automatically."""
        return Share.of(self.right, self.with_person)

    @property
    def offered(self) -> Share:
        """Of the waiting ones about somebody on a roster, those where the right person is among the offered."""
        return Share.of(self.offered_right, self.waiting_with_person)

    def counts_json(self, *shares: str) -> dict[str, Any]:
        """The counts, and the named shares."""
        counts = {of.name: getattr(self, of.name) for of in fields(self)}
        return {**counts, **{name: getattr(self, name).as_json() for name in shares}}


C = TypeVar("C", bound=Counts)


def added(tallies: Mapping[str, C], others: Mapping[str, C]) -> dict[str, C]:
    """Tallies of the same names, added up name by name."""
    return {name: tally + others[name] for name, tally in tallies.items()}


@dataclass(frozen=True, kw_only=True)
class Tally(Counts):
    """Counts of mentions. A wrong link of a mention that has a person is both a wrong one and a missed one."""

    mentions: int = 0
    waiting: int = 0

    @property
    def f1(self) -> Share:
        """The harmonic mean of precision and recall."""
        return self._f1(self.right)

    @property
    def decided_recall(self) -> Share:
        """The same once a person has decided what waits, rightly, among what is offered; whatever is not offered is missed."""
        return Share.of(self.right + self.offered_right, self.with_person)

    @property
    def decided_f1(self) -> Share:
        """F1 once a person has decided what waits."""
        return self._f1(self.right + self.offered_right)

    def _f1(self, right: int) -> Share:
        common = Share.of(right, self.wrong + self.with_person)
        if common.value is None or common.low is None or common.high is None:
            return common
        return Share(*(2 * value / (1 + value) for value in (common.value, common.low, common.high)))

    @property
    def waits(self) -> Share:
        """Of all mentions, those that wait for a person."""
        return Share.of(self.waiting, self.mentions)

    def as_json(self) -> dict[str, Any]:
        """Counts and shares."""
        return self.counts_json("precision", "recall", "f1", "waits", "offered", "decided_recall", "decided_f1")


@dataclass(frozen=True)
class Figures:
    """What one way of linking did: a tally per evidence class, and the wrong links where people are easily confused.

    `traps` counts mentions whose person, on a roster or not, shares a village with an official of the same name
    (homonym) or of a brother's or sister's name (sibling); `lookalikes` those that read word for word like another
    official's record, which nothing can tell apart: they are in `classes` and not in `traps`.
    """

    classes: dict[str, Tally]
    traps: dict[str, Tally]
    lookalikes: Tally

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            added(self.classes, other.classes),
            added(self.traps, other.traps),
            self.lookalikes + other.lookalikes,
        )

    def pooled(self, *classes: str) -> Tally:
        """Several classes as one."""
        return sum((self.classes[name] for name in classes), Tally())


EVIDENCE = ("id_number", "id_damaged", "name_village_post", "name_village", "role_only")
TRAPS = ("homonym", "sibling")


def judge(connection: Any) -> Figures:
    """Compare the tables `link` and `truth` of a connection.

    Raises ValueError where a mention has two automatic links: then nothing counted here would mean anything.
    """
    classes, traps = dict.fromkeys(EVIDENCE, Tally()), dict.fromkeys(TRAPS, Tally())
    lookalikes = Tally()
    for evidence, trap, lookalike, *counts, most_links in connection.execute(_TALLIES).fetchall():
        if most_links > 1:
            raise ValueError(f"a mention of {evidence} has {most_links} automatic links")
        tally = Tally(**dict(zip(_COUNTED, counts, strict=True)))
        classes[evidence] += tally
        if lookalike:
            lookalikes += tally
        elif trap is not None:
            traps[trap] += tally
    return Figures(classes, traps, lookalikes)
