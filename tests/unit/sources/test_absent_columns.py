"""A column that may be absent: an older file without it lands, empty there; a required one still holds (F-21)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from expectations.runner import run_suite
from expectations.suite import Context, load_suite
from pipelines.sources.contract import Column, load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.cases.deliveries import table

CANDIDATES = "organisation__candidates"
GOOD = Path(__file__).parents[2] / "fixtures" / CANDIDATES / "good.csv"


def read_without(*absent: str) -> Interpretation:
    with GOOD.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    headers = [header for header in rows[0] if header not in absent]
    raw = table(headers, [[row[header] for header in headers] for row in rows])
    return interpret(raw, load_catalog()[CANDIDATES], allow_unassigned_area=True)


def lacking(read: Interpretation) -> int:
    """Of how many candidates there is neither a signed notice nor an exemption."""
    suite = load_suite(CANDIDATES)
    context = Context(village_codes=frozenset(read.landed["village_code"]), delivered_at=date(2020, 12, 31))
    findings = {one.expectation.id: one for one in run_suite(suite, read.landed, context)}
    finding = findings["notice_is_signed_or_exempt"]
    assert finding.expectation.severity == "warning", "a finding for the organisation department, and nobody is set aside"
    return len(finding.rows)


def test_a_file_of_before_lands_and_every_candidate_is_counted_as_without_notice() -> None:
    whole, before = read_without(), read_without("告知方式", "告知书编号")
    assert list(before.landed.columns) == list(whole.landed.columns)
    assert before.landed[["notice_kind", "notice_no"]].isna().all(axis=None) and not before.rejects
    others = [name for name in whole.landed.columns if not name.startswith("notice_")]
    pd.testing.assert_frame_equal(before.landed[others], whole.landed[others])
    pd.testing.assert_frame_equal(before.identities, whole.identities)
    assert (lacking(whole), lacking(before)) == (0, len(before.landed))


def test_one_of_them_may_be_there_alone() -> None:
    read = read_without("告知书编号")
    assert read.landed["notice_kind"].notna().all() and read.landed["notice_no"].isna().all()


def test_a_column_that_must_be_there_still_holds() -> None:
    with pytest.raises(Unreadable, match="missing"):
        read_without("人选状态")


@pytest.mark.parametrize("field", [{"required": True}, {"type": "person_name", "identity": True, "required": False}])
def test_what_is_required_or_an_identity_may_not_be_absent(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="may_be_absent"):
        Column(**{"type": "text", "required": False} | field, name="c", headers=("列",), zh="列", en="c", may_be_absent=True)
