"""What the linking finds wrong with a delivery is a line of the return note; a later delivery mends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.landing.findings import findings_of, keep_findings
from pipelines.sources.contract import load_catalog
from pipelines.sources.reasons import reason
from tests.unit.landing.test_return_lines import Ledger

POSTS = load_catalog()["organisation__posts"]
FOUND = date(2020, 12, 6)


def test_a_finding_is_a_line_of_its_delivery_until_a_later_one_is_without_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, POSTS)
    first = ledger.add(2)
    why = [reason("NUMBER_OF_TWO", row=row, column="公民身份号码") for row in (5, 9)]
    keep_findings(tmp_path, POSTS, first, why, FOUND)
    assert ledger.open(date(2020, 12, 5)) == [], "not known yet"
    assert ledger.open(FOUND) == [(5, "NUMBER_OF_TWO", 4), (9, "NUMBER_OF_TWO", 4)]
    second = ledger.add(9)
    keep_findings(tmp_path, POSTS, second, why[:1], date(2020, 12, 13))
    assert [(row, code) for row, code, _ in ledger.open()] == [(5, "NUMBER_OF_TWO")]
    ledger.add(16)
    assert ledger.open() == []


def test_a_finding_seen_again_keeps_its_first_day_and_a_replay_changes_nothing(tmp_path: Path) -> None:
    why = [reason("ROWS_SLIPPED", row=4, column="公民身份号码", found=6)]
    for day in (FOUND, date(2020, 12, 13), FOUND):
        keep_findings(tmp_path, POSTS, "20201202-000000000001", why, day)
    found = findings_of(tmp_path, "organisation", "posts", "20201202-000000000001", FOUND)
    assert [(row["code"], row["row_no"], row["found_on"]) for row in found] == [("ROWS_SLIPPED", 4, "2020-12-06")]
    assert "自第4行起共6行" in found[0]["message_zh"]
    assert findings_of(tmp_path, "organisation", "posts", "other", FOUND) == []
