"""The ISO week, around New Year above all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import CunsheError
from pipelines.weeks import Week


@pytest.mark.parametrize(
    ("text", "monday"),
    [("2020-W49", date(2020, 11, 30)), ("2020w49", date(2020, 11, 30)), ("2020-12-06", date(2020, 11, 30)),
     ("2020-W53", date(2020, 12, 28)), ("2021-01-03", date(2020, 12, 28)), ("2021-W01", date(2021, 1, 4))],
)  # fmt: skip
def test_ways_of_naming_a_week(text: str, monday: date) -> None:
    assert Week.parse(text).monday == monday


@pytest.mark.parametrize("text", ["2021-W53", "2020-W00", "W49", "last week", "2020-13-01", ""])
def test_what_is_no_week_is_refused_in_words(text: str) -> None:
    with pytest.raises(CunsheError, match="is not a week"):
        Week.parse(text)


@given(st.dates(date(2000, 1, 3), date(2100, 1, 1)))
def test_names_lead_back(day: date) -> None:
    week = Week.of(day)
    assert week.monday <= day <= week.sunday
    assert Week.parse(week.iso) == week == Week.parse(week.key)
    assert week.next().monday - week.sunday == timedelta(days=1)
