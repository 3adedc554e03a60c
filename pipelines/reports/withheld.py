"""Warnings that the engine held back because they are not well-formed: how many of which rule, where and why.

Belongs here: the mart's row, and counting it for the chapter on data. Does not belong here: what well-formed means (the
warning engine of `dbt_project`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.reports.week_rows import Village


@dataclass(frozen=True)
class Withheld:
    """A warning held back in the week, as the mart `warning_withheld` has it."""

    rule_id: str
    village_id: str | None
    reason_zh: str


@dataclass(frozen=True)
class WithheldCount:
    """Warnings of one rule held back for one reason; `villages` by name, each with how many there are."""

    rule_id: str
    reason_zh: str
    count: int
    villages: tuple[tuple[str, int], ...]


def withheld_counts(withheld: Iterable[Withheld], villages: Mapping[str, Village]) -> tuple[WithheldCount, ...]:
    """The week's held-back warnings by rule and reason."""
    places: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for warning in withheld:
        village = villages.get(warning.village_id or "")
        places[warning.rule_id, warning.reason_zh][village.village_name if village else ""] += 1
    return tuple(
        WithheldCount(rule_id, reason, sum(names.values()), tuple(sorted((n, c) for n, c in names.items() if n)))
        for (rule_id, reason), names in sorted(places.items())
    )
