"""What stands first in a report: which warnings are red or past their date, who has to act on them and by when.

Belongs here: choosing and counting over the warnings that a copy shows. Does not belong here: which those are (`selection`),
every single one of them (`sections.warning_groups`), words and layout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipelines.reports.page import WarningGroup, WarningRow

MOST_ROWS = 6
NAMES = 3


@dataclass(frozen=True)
class Matter:
    """What one office has to do about one rule; `first` is the earliest date, `more` how many villages are not named."""

    owner: str | None
    rule_id: str
    villages: tuple[str, ...]
    more: int
    count: int
    red: int
    overdue: int
    first: date | None


@dataclass(frozen=True)
class Pressing:
    """The matters, the most urgent first and no more than fit a first page, and how many warnings there are in all."""

    matters: tuple[Matter, ...]
    count: int
    red: int
    overdue: int

    @property
    def told(self) -> int:
        return sum(matter.count for matter in self.matters)


def pressing(groups: Iterable[WarningGroup]) -> Pressing:
    """The warnings of a copy that are red or past their date."""
    rows = [row for group in groups for row in group.rows if _is_red(row) or row.is_overdue]
    found: dict[tuple[str | None, str], list[WarningRow]] = defaultdict(list)
    for row in rows:
        found[row.warning.owner_zh, row.rule.rule_id].append(row)
    matters = sorted((_matter(members) for members in found.values()), key=_urgency)
    return Pressing(tuple(matters[:MOST_ROWS]), len(rows), sum(map(_is_red, rows)), sum(row.is_overdue for row in rows))


def _matter(rows: list[WarningRow]) -> Matter:
    names = list(dict.fromkeys(row.village.village_name for row in rows if row.village))
    return Matter(
        owner=rows[0].warning.owner_zh,
        rule_id=rows[0].rule.rule_id,
        villages=tuple(names[:NAMES]),
        more=len(names[NAMES:]),
        count=len(rows),
        red=sum(map(_is_red, rows)),
        overdue=sum(row.is_overdue for row in rows),
        first=min((row.warning.act_by for row in rows if row.warning.act_by), default=None),
    )


def _urgency(matter: Matter) -> tuple[bool, date, int, str, str]:
    """Red before yellow, then what is due first, then what is most."""
    return not matter.red, matter.first or date.max, -matter.count, matter.owner or "", matter.rule_id


def _is_red(row: WarningRow) -> bool:
    return row.warning.colour == "red"
