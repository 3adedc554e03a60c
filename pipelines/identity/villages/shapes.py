"""The words of the village register: what comes in (lists, changes, decisions) and what comes out (periods, edges, spans).

Belongs here: shapes and the kinds of change. Does not belong here: how one becomes the other (`registry`).

All spans of time are half open: valid on days from `valid_from` on and before `valid_to`. No `valid_from`: since before
anything was recorded; no `valid_to`: it still is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# Kinds of change, as code table `village_change` has them. The first ones keep the village, the second make new ones.
KEEPING = frozenset({"rename", "recode", "re_parent", "convert"})
MAKING = frozenset({"merge", "split"})
ABOLISH = "abolish"

# What is kept of a village as history. A village is coded under one township and may be run by another unit (E-43).
ATTRIBUTES = ("code", "name", "type", "township", "managing_unit")


@dataclass(frozen=True, slots=True)
class Entry:
    """One village of a list. Codes have 12 digits; what a list does not say is None."""

    code: str
    name: str
    village_type: str | None = None
    township_code: str | None = None
    township_name: str | None = None
    managing_code: str | None = None
    managing_name: str | None = None
    established_on: date | None = None
    abolished_on: date | None = None
    households: int | None = None
    population: int | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the list says that the village exists on a day."""
        return (self.established_on is None or self.established_on <= day) and (
            self.abolished_on is None or self.abolished_on > day
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole list of villages, by code, and the day it speaks of."""

    delivered_at: date
    entries: Mapping[str, Entry]

    def active(self) -> dict[str, Entry]:
        """The villages that exist on the day of the list."""
        return {code: one for code, one in self.entries.items() if one.exists_on(self.delivered_at)}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a change as delivered: a merger of two villages is two lines.

    `share` is the part of the old village that goes to the new one, from 0 to 1; None where nobody said.
    """

    change_no: str
    kind: str
    effective_on: date
    old_code: str | None = None
    new_code: str | None = None
    old_name: str | None = None
    new_name: str | None = None
    share: float | None = None
    document_no: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on a proposed pair: the old village is the new one, or went into it; or it did not."""

    decision_no: str
    old_id: str
    new_id: str
    same: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A code and the village it stands for. From `named_from` to `named_to` the code means this village, gaps closed."""

    village_code: str
    village_id: str
    valid_from: date | None
    valid_to: date | None
    named_from: date | None
    named_to: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """Which village a fact belongs to that names a code on a day of the span; None where only a person can say."""

    village_code: str
    from_on: date | None
    until_on: date | None
    village_id: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    """Of one village became another. `basis` is the number of the change or of the decision."""

    from_id: str
    to_id: str
    effective_on: date
    kind: str
    share: float | None
    basis: str
    document_no: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """What an attribute of a village was for a time. `value_code` is None for a name."""

    village_id: str
    attribute: str
    value_code: str | None
    value_name: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A change or decision that was not applied, or a list that contradicts it, in Chinese."""

    basis: str
    text_zh: str


def is_during(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies in a half-open span."""
    return (start is None or start <= day) and (end is None or day < end)
