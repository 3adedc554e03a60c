"""Every dataset's sample delivery: the contract and the suite accept it, and each expectation refuses its bad twin."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from expectations.compare import shares
from expectations.runner import Finding, run_suite
from expectations.suite import Context, load_suite
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reading import read_table

FIXTURES = Path(__file__).parents[2] / "fixtures"
DELIVERED = date(2020, 11, 27)


def sample(name: str) -> list[list[str]]:
    with (FIXTURES / name / "good.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read(name: str, rows: list[list[str]]) -> Interpretation:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    contract = load_catalog()[name]
    return interpret(read_table(text.getvalue().encode(), contract.known_headers), contract, allow_unassigned_area=True)


def findings(name: str, landed: pd.DataFrame, **before: float) -> dict[str, Finding]:
    """What the suite finds. The last accepted delivery was the good sample, or what `before` says (rows, share)."""
    suite, good = load_suite(name), read(name, sample(name)).landed
    codes = frozenset(row[0] for row in sample("civil_affairs__villages")[1:])
    earlier = Context(
        village_codes=codes,
        village_codes_ever=codes,
        delivered_at=DELIVERED,
        rows_before=int(before.get("rows", len(good))),
        shares_before={one: before.get("share", share) for one, share in shares(suite, good).items()},
    )
    return {one.expectation.id: one for one in run_suite(suite, landed, earlier)}


@pytest.mark.parametrize("name", load_catalog())
def test_good_sample_lands_whole(name: str) -> None:
    rows = sample(name)
    result = read(name, rows)
    assert result.rejects == []
    assert result.notes == []
    assert list(result.landed.index) == list(range(2, len(rows) + 1))
    assert [one.expectation.id for one in findings(name, result.landed).values() if not one.success] == []


def _bad_twins() -> list[tuple[str, str, Any]]:
    return [
        (name, expectation.id, yaml.safe_load((FIXTURES / name / "bad.yml").read_text("utf-8")).get(expectation.id))
        for name in load_catalog()
        for expectation in load_suite(name).expectations
    ]


@pytest.mark.parametrize(("name", "expectation", "change"), _bad_twins())
def test_bad_sample_fails_its_expectation(name: str, expectation: str, change: Any) -> None:
    """Cells of a change are changed together; each `before` (another last delivery) is a bad sample of its own."""
    assert change, f"tests/fixtures/{name}/bad.yml has no bad sample for {expectation}"
    changes = change if isinstance(change, list) else [change]
    cells = [one for one in changes if "before" not in one]
    rows = sample(name)
    for one in cells:
        rows[one["row"] - 1][rows[0].index(one["column"])] = one["value"]
    result = read(name, rows)
    assert result.rejects == [], "the contract must not see what the suite is there for"
    if cells:
        finding = findings(name, result.landed)[expectation]
        assert not finding.success
        assert not finding.about_rows or finding.rows == tuple(one["row"] for one in cells)
    for one in changes:
        if "before" in one:
            copies = pd.concat([result.landed] * one.get("copies", 1), ignore_index=True)
            finding = findings(name, copies, **one["before"])[expectation]
            assert not finding.success and not finding.skipped, one


@pytest.mark.parametrize("name", load_catalog())
def test_the_first_delivery_has_nothing_to_be_compared_with_and_says_so(name: str) -> None:
    suite = load_suite(name)
    found = run_suite(suite, read(name, sample(name)).landed, Context(village_codes=None, delivered_at=DELIVERED))
    compared = {one.id for one in suite.expectations if one.asks & {"rows_before", "share_before"}}
    assert {one.expectation.id for one in found if one.observed == "no earlier delivery to compare with"} == compared
    assert all(one.skipped and not one.success for one in found if one.expectation.id in compared)
