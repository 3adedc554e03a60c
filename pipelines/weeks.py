"""The unit of time: the ISO week, Monday to Sunday, named as in reports and as in partition keys.

Belongs here: turning what a person types into a week, and a week into its names. Does not belong here: deadlines in
working days, which are rules (dbt seeds).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.errors import CunsheError

TIMEZONE = "Asia/Shanghai"


def today() -> date:
    """The day it is in the county."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week, known by its Monday."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.isoweekday() != 1:
            raise ValueError(f"{self.monday} is not a Monday")

    @property
    def sunday(self) -> date:
        """The last day of the week, up to the end of which a run of the week sees deliveries (`as_of`)."""
        return self.monday + timedelta(days=6)

    @property
    def iso(self) -> str:
        """For instance `2020-W53`; the ISO year, which differs from the calendar year around New Year."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def key(self) -> str:
        """The Dagster partition key: the Monday as YYYY-MM-DD."""
        return self.monday.isoformat()

    def next(self) -> Week:
        return Week(self.monday + timedelta(days=7))

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that `day` lies in."""
        return cls(day - timedelta(days=day.isoweekday() - 1))

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read `2020-W49` or any day of the week as `2020-12-02`."""
        iso = re.fullmatch(r"(\d{4})-?W(\d{2})", text.strip().upper())
        try:
            if iso:
                return cls(date.fromisocalendar(int(iso[1]), int(iso[2]), 1))
            return cls.of(date.fromisoformat(text.strip()))
        except ValueError as problem:
            raise CunsheError(
                f"'{text}' is not a week.", "Write an ISO week such as 2020-W49, or a day of it such as 2020-12-02."
            ) from problem
