"""The worked examples of the definition pages, recomputed: what a reader sees, and the colour a rule gives."""

from __future__ import annotations

import csv
import operator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from pipelines.docs_pages import worked_examples
from pipelines.settings import SEEDS

COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}


def rows(seed: str, key: str) -> dict[str, dict[str, str]]:
    with (SEEDS / seed).open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


INDICATORS, RULES = rows("indicators.csv", "indicator_id"), rows("warning_rules.csv", "rule_id")


def test_every_indicator_and_every_rule_has_an_example() -> None:
    examples = worked_examples()
    assert set(examples["indicators"]) == set(INDICATORS)
    assert set(examples["rules"]) == set(RULES)


@pytest.mark.parametrize("indicator", sorted(INDICATORS))
def test_an_indicators_example_shows_what_its_terms_give(indicator: str) -> None:
    row, example = INDICATORS[indicator], worked_examples()["indicators"][indicator]
    numerator = Fraction(str(example["numerator"]))
    if row["kind"] == "count":
        value = numerator
    else:
        value = numerator / Fraction(str(example["denominator"])) * (100 if row["kind"] == "ratio" else 1)
    # by decimal arithmetic with forty digits, not by the reports' own rounding
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    assert Decimal(example["shown"]) == exact.quantize(Decimal(1).scaleb(-int(row["decimals"])), ROUND_HALF_UP)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rules_example_gives_its_colour(rule: str) -> None:
    row, example = RULES[rule], worked_examples()["rules"][rule]
    measured = Decimal(str(example["measured"]))
    hit = [
        colour
        for colour in ("red", "yellow")
        if row[f"{colour}_threshold"] and COMPARE[row[f"{colour}_operator"]](measured, Decimal(row[f"{colour}_threshold"]))
    ]
    assert (hit or ["none"])[0] == example["colour"]
