"""What falls due in the next two weeks, by owner and by village (每周重点工作提醒): it goes out along with the report.

Belongs here: which steps, warnings and supervision orders a reminder names. Does not belong here: what a recipient may see
(`selection` has chosen it before: a reminder is made of a page), words and layout (`templates/reminder.html.j2`).

How far it looks ahead is the parameter `calendar_ahead_days`. The last day of the data is over when a reminder is read, so what
was due on it is overdue: the report says so, the reminder only counts it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.reports.page import Page, WarningRow
from pipelines.reports.selection import village_order
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Order, Step, Village

KINDS = ("step", "warning", "order")
# A warning that a second person has closed asks nobody for anything by its date.
DONE = frozenset({"closed", "look_back_due", "archived"})


@dataclass(frozen=True)
class Due:
    """Something that has to be done by a day. `village` is None where it is about no village, such as a delivery of data."""

    due_on: date
    kind: str
    village: Village | None
    owner: str
    row: Step | WarningRow | Order


@dataclass(frozen=True)
class OwnerRow:
    """How much an office has to finish, by kind, and by when the first of it."""

    name: str
    counts: dict[str, int]
    first: date

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class VillageGroup:
    village: Village | None
    rows: tuple[Due, ...]


@dataclass(frozen=True)
class Reminder:
    """What is due from `first` to `last`; `overdue` counts what should have been done before."""

    days: int
    first: date
    last: date
    owners: tuple[OwnerRow, ...]
    villages: tuple[VillageGroup, ...]
    total: int
    overdue: int
    kinds: tuple[str, ...] = KINDS


def reminder(data: WeekData, page: Page) -> Reminder:
    """The reminder that goes with a page."""
    as_of, days = data.build.as_of, data.ahead_days
    last = as_of + timedelta(days=days)
    found = list(everything(data, page))
    due = [one for one in found if as_of < one.due_on <= last]
    overdue = sum(one.due_on <= as_of for one in found)
    return Reminder(days, as_of + timedelta(days=1), last, _by_owner(due), _by_village(due), len(due), overdue)


def everything(data: WeekData, page: Page) -> Iterator[Due]:
    """Whatever in a copy has to be done by a day, done things left out."""
    for step in page.due:
        village = data.villages[step.village_id]
        yield Due(step.due_on, "step", village, village.managing_unit_name, step)
    rows = [*(row for group in page.groups for row in group.rows), *page.feed_warnings]
    for row in rows:
        warning = row.warning
        if warning.act_by and warning.handling not in DONE:
            yield Due(warning.act_by, "warning", row.village, warning.owner_zh or "", row)
    for order in page.orders:
        if order.state != "closed":
            yield Due(order.due_on, "order", data.villages[order.village_id], order.responsible_unit, order)


def _by_owner(due: Sequence[Due]) -> tuple[OwnerRow, ...]:
    """Who has to finish something soonest stands first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, date] = {}
    for one in due:
        counts[one.owner][one.kind] += 1
        first[one.owner] = min(first.get(one.owner, date.max), one.due_on)
    rows = [OwnerRow(name, {kind: found[kind] for kind in KINDS}, first[name]) for name, found in counts.items()]
    return tuple(sorted(rows, key=lambda row: (row.first, -row.total, row.name)))


def _by_village(due: Sequence[Due]) -> tuple[VillageGroup, ...]:
    """Villages in the order of every list, what is about none at the end."""
    villages = {one.village.village_id: one.village for one in due if one.village}
    grouped: dict[str, list[Due]] = defaultdict(list)
    for one in due:
        grouped[one.village.village_id if one.village else ""].append(one)
    ordered: list[Village | None] = [*sorted(villages.values(), key=village_order), *([None] if "" in grouped else [])]
    return tuple(
        VillageGroup(
            village,
            tuple(
                sorted(
                    grouped[village.village_id if village else ""],
                    key=lambda one: (one.due_on, KINDS.index(one.kind)),
                )
            ),
        )
        for village in ordered
    )
