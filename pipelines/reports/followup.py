"""What came of supervision in the week, and what falls due in the next one: the chapters 督办反馈 and 下周重点.

Belongs here: counting over the rows that a copy already has. Does not belong here: what a recipient may see (`selection`),
what is due, one by one (`reminder`), words (`texts.yml`, templates).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.reports.page import Page, WarningRow
from pipelines.reports.pressing import Pressing, pressing
from pipelines.reports.reminder import Due, everything
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Order, Step

WEEK = timedelta(days=7)
CLOSED, UNANSWERED = "closed", "none"
# The order in which supervision orders want to be looked at.
URGENCY = ("overdue", "returned", "open", CLOSED)


@dataclass(frozen=True)
class Feedback:
    """Supervision orders, the most urgent first, how many came to what, and how many open warnings were answered."""

    orders: tuple[Order, ...]
    counts: dict[str, int]
    answers: tuple[tuple[str, int], ...]
    open: int

    @property
    def answered(self) -> int:
        return sum(count for _, count in self.answers)


@dataclass(frozen=True)
class Focus:
    """One matter of the next week: how many of it fall due, how many of these are red, and when the first."""

    kind: str
    key: str
    body: str
    first: date
    count: int
    red: int


@dataclass(frozen=True)
class FollowUp:
    """What stands first, and what the two chapters say; `last` is the last day that they look ahead to."""

    pressing: Pressing
    feedback: Feedback
    focus: tuple[Focus, ...]
    last: date


def follow_up(data: WeekData, page: Page) -> FollowUp:
    """What a page says of what has to be done."""
    return FollowUp(pressing(page.groups), _feedback(page, data.build.week.monday), _focus(data, page), data.build.as_of + WEEK)


def _feedback(page: Page, monday: date) -> Feedback:
    """What came back in the week that begins on `monday`; an order may have come to several things at once."""
    orders, live = page.orders, [row.warning for group in page.groups for row in group.rows]
    answers = Counter(
        warning.handling
        for warning in live
        if warning.handling_since and warning.handling and monday <= warning.handling_since < monday + WEEK
    )
    del answers[UNANSWERED]
    counts = {
        "closed": sum(order.state == CLOSED for order in orders),
        "returned": sum(order.returned_on is not None and order.state != CLOSED for order in orders),
        "overdue": sum(order.state == "overdue" for order in orders),
        "extended": sum(bool(order.is_extended) for order in orders),
        "silent": sum(bool(order.is_feedback_overdue) for order in orders),
    }
    by_urgency = sorted(orders, key=lambda order: (URGENCY.index(order.state), order.due_on, order.order_no))
    return Feedback(
        tuple(by_urgency), counts, tuple(sorted(answers.items(), key=lambda one: (-one[1], one[0]))), len(live)
    )


def _focus(data: WeekData, page: Page) -> tuple[Focus, ...]:
    """What falls due in the seven days after the data's last one, the soonest first: steps, warnings by rule, orders."""
    as_of = data.build.as_of
    found: dict[tuple[str, str, str], list[Due]] = defaultdict(list)
    for due in everything(data, page):
        if as_of < due.due_on <= as_of + WEEK:
            found[due.kind, *_matter(due.row)].append(due)
    rows = [
        Focus(
            kind, key, body, min(due.due_on for due in members), len(members), sum(_is_red(due.row) for due in members)
        )
        for (kind, key, body), members in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.first, -row.red, -row.count, row.kind, row.key)))


def _matter(row: Step | WarningRow | Order) -> tuple[str, str]:
    """What is counted together: a step of a body, a rule, or a level of orders."""
    if isinstance(row, Step):
        return row.name_zh, row.body
    return (row.rule.rule_id, "") if isinstance(row, WarningRow) else (row.level, "")


def _is_red(row: Step | WarningRow | Order) -> bool:
    if isinstance(row, WarningRow):
        return row.warning.colour == "red"
    return isinstance(row, Order) and row.level == "red"
