"""Which definitions a page refers to, numbered in the order in which it first does.

Belongs here: counting references while a page is rendered. Does not belong here: what may be defined for a recipient (`render`
gives it), how a reference looks (`templates/macros.html.j2`).

The chapter of definitions is the last one and lists what was referred to before it, and nothing else: a copy about two
villages does not explain what it never mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.reports.week_rows import Indicator, Rule


class Reference(NamedTuple):
    """A reference: its number among its kind, and whether it is the first, to which the definition leads back."""

    number: int
    is_first: bool


@dataclass
class References:
    """The definitions a page may refer to, and those it has referred to so far."""

    indicators: Sequence[Indicator]
    rules: Sequence[Rule]
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def to_indicator(self, indicator_id: str) -> Reference | None:
        """A reference to an indicator; None for one that the copy does not define."""
        return self._to("indicator", indicator_id, {one.indicator_id for one in self.indicators})

    def to_rule(self, rule_id: str) -> Reference | None:
        """A reference to a warning rule; None for one that the copy does not define."""
        return self._to("rule", rule_id, {one.rule_id for one in self.rules})

    def used_indicators(self) -> list[tuple[int, Indicator]]:
        """The indicators that were referred to, with their numbers."""
        found = {one.indicator_id: one for one in self.indicators}
        return [(number, found[key]) for (kind, key), number in self._numbers.items() if kind == "indicator"]

    def used_rules(self) -> list[tuple[int, Rule]]:
        """The rules that were referred to, with their numbers."""
        found = {one.rule_id: one for one in self.rules}
        return [(number, found[key]) for (kind, key), number in self._numbers.items() if kind == "rule"]

    def _to(self, kind: str, key: str, known: set[str]) -> Reference | None:
        if key not in known:
            return None
        is_first = (kind, key) not in self._numbers
        if is_first:
            self._numbers[kind, key] = 1 + sum(other == kind for other, _ in self._numbers)
        return Reference(self._numbers[kind, key], is_first)
