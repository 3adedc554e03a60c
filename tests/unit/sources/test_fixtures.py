"""Every dataset's sample delivery: the contract and the suite accept it, and each expectation refuses its bad twin."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

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


def findings(name: str, read_rows: Interpretation) -> dict[str, Finding]:
    villages = frozenset(row[0] for row in sample("civil_affairs__villages")[1:])
    found = run_suite(
        load_suite(name), read_rows.landed, Context(village_codes=villages, delivered_at=DELIVERED)
    )
    return {one.expectation.id: one for one in found}


@pytest.mark.parametrize("name", load_catalog())
def test_good_sample_lands_whole(name: str) -> None:
    rows = sample(name)
    result = read(name, rows)
    assert result.rejects == []
    assert result.notes == []
    assert list(result.landed.index) == list(range(2, len(rows) + 1))
    assert [one.expectation.id for one in findings(name, result).values() if not one.success] == []


def _bad_twins() -> list[tuple[str, str, Any]]:
    return [
        (name, expectation.id, yaml.safe_load((FIXTURES / name / "bad.yml").read_text("utf-8")).get(expectation.id))
        for name in load_catalog()
        for expectation in load_suite(name).expectations
    ]


@pytest.mark.parametrize(("name", "expectation", "change"), _bad_twins())
def test_bad_sample_fails_its_expectation(name: str, expectation: str, change: Any) -> None:
    assert change, f"tests/fixtures/{name}/bad.yml has no bad sample for {expectation}"
    changes = change if isinstance(change, list) else [change]
    rows = sample(name)
    for one in changes:
        rows[one["row"] - 1][rows[0].index(one["column"])] = one["value"]
    result = read(name, rows)
    assert result.rejects == [], "the contract must not see what the suite is there for"
    finding = findings(name, result)[expectation]
    assert not finding.success
    if finding.about_rows:
        assert finding.rows == tuple(one["row"] for one in changes)
