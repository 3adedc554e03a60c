"""Figures as they are shown: exact arithmetic, display rounding half up, suppression of small counts.

Belongs here: how a number turns into what a page prints. Does not belong here: thresholds or any comparison against
them; rules are tested in dbt on exact values, never on what this module rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, decimals: int) -> Decimal:
    """Round for display, a half away from zero. The only rounding in reports.

    Whole-number arithmetic on the exact ratio, so that neither a binary float nor a cut-off division shifts a half.
    """
    exact = Fraction(value)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    rounded = Decimal(whole).scaleb(-decimals)
    return -rounded if exact < 0 and whole else rounded


@dataclass(frozen=True)
class Ratio:
    """A numerator and a denominator as the mart gives them; rolled up by adding both, never by averaging rates."""

    numerator: Fraction
    denominator: Fraction

    @classmethod
    def of(cls, numerator: Decimal | int, denominator: Decimal | int) -> Ratio:
        return cls(Fraction(numerator), Fraction(denominator))

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def value(self) -> Fraction | None:
        """The exact value; None where nothing can be divided by."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def text(self) -> str:
        """n/N, exact."""
        return f"{plain(self.numerator)}/{plain(self.denominator)}"


def plain(number: Fraction) -> str:
    """A count without a decimal point; a decimal sum with two places."""
    return str(number.numerator) if number.denominator == 1 else str(round_half_up(number, 2))


@dataclass(frozen=True)
class Change:
    """This week's value against last week's: `direction` is up, down, same, slight (rounds to
    nothing), unknown (no last week) or hidden (it would tell a small count)."""

    direction: str
    amount: str = ""


def change_between(now: Fraction | int | None, before: Fraction | int | None, decimals: int) -> Change:
    """The change as shown. It is taken between the exact values and then rounded, so it may differ in the last place
    from the difference of the two rounded figures."""
    if now is None or before is None:
        return Change("unknown")
    difference = Fraction(now) - Fraction(before)
    if not difference:
        return Change("same")
    amount = round_half_up(abs(difference), decimals)
    if not amount:
        return Change("slight", str(Decimal(1).scaleb(-decimals)))
    return Change("up" if difference > 0 else "down", str(amount))
