"""Figures as shown: golden values of published briefings, halves, changes, small counts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports.figures import Change, Ratio, change_between, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "shown"),
    [
        (112, 114, 1, "98.2"),
        (110, 114, 1, "96.5"),
        (52, 114, 1, "45.6"),
        (18208, 18764, 1, "97.0"),
        (18208, 18764, 0, "97"),
        (461109, 524298, 1, "87.9"),
        (1218, 1897, 1, "64.2"),
        (1217, 1897, 1, "64.2"),
        (1124, 1636, 1, "68.7"),
        (658, 1897, 1, "34.7"),
        (68, 4789, 1, "1.4"),
        (6, 1770, 1, "0.3"),
        (90, 602, 1, "15.0"),
        (2180, 5700, 1, "38.2"),
        (565, 580, 1, "97.4"),
        (558, 565, 1, "98.8"),
        (573, 580, 1, "98.8"),
        (995, 1002, 1, "99.3"),
    ],
)
def test_percentages_of_published_briefings(numerator: int, denominator: int, decimals: int, shown: str) -> None:
    value = Ratio.of(numerator, denominator).value
    assert value is not None
    assert str(round_half_up(value * 100, decimals)) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("0.05", 1, "0.1"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.005", 2, "1.01"),
        ("0.04", 1, "0.0"),
        ("-0.04", 1, "0.0"),
    ],
)
def test_a_half_goes_away_from_zero(value: str, decimals: int, shown: str) -> None:
    assert str(round_half_up(Decimal(value), decimals)) == shown


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6), st.integers(0, 4))
def test_rounding_agrees_with_decimals_own(value: Decimal, decimals: int) -> None:
    assert round_half_up(value, decimals) == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def test_a_rate_shown_as_15_still_fails_not_less_than_15_per_cent() -> None:
    value = Ratio.of(90, 602).value
    assert value is not None and value < Fraction(15, 100)


def test_rates_are_rolled_up_by_adding_not_by_averaging() -> None:
    whole = Ratio.of(1, 2) + Ratio.of(98, 98)
    assert whole.text == "99/100"
    assert whole.value == Fraction(99, 100)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (Fraction(90), Fraction(85), Change("up", "5.0")),
        (Fraction(85), Fraction(90), Change("down", "5.0")),
        (Fraction(90), Fraction(90), Change("same")),
        (Fraction(9001, 100), Fraction(90), Change("slight", "0.1")),
        (Fraction(90), None, Change("unknown")),
        (None, Fraction(90), Change("unknown")),
    ],
)
def test_change_on_last_week(now: Fraction | None, before: Fraction | None, change: Change) -> None:
    assert change_between(now, before, 1) == change
