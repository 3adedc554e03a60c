"""Nobody learns from what they are given what they are not given: it would be the same had that never landed.

Three homes of the small county: as it is, with its first week's reports answered and ordered upon; without anything restricted;
without what only those who examine the joint review may know. The second week is run in each.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo import answer_reports
from pipelines.files import write_whole
from pipelines.identity.own_deliveries import as_delivered, inbox_folder
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import ANALYST, AUTHORISED
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week
from tests.integration.conftest import Built
from tests.integration.homes import FIRST, SECOND, Home
from tests.integration.live import SEED
from tests.integration.restricting import restrict
from tests.looks import TESTING

THURSDAY, FRIDAY = date(2020, 12, 3), date(2020, 12, 4)
# What tells one run from another over the same deliveries.
OF_THE_RUN = {"build": {"build_id", "built_at"}}


@pytest.fixture(scope="module")
def whole(first_week: Home, once: Built) -> Home:
    """The county as it is: its restricted warnings are taken in hand, and some ordered upon."""

    def build(path: Path) -> None:
        home = first_week.copy_to(path)
        answer_reports(home.settings, Week.parse(FIRST), SEED)
        _answer_restricted(home)
        home.cunshe("run", "--week", SECOND)

    return once("answered", build)


CHECK_CODE = re.compile(rb"\b1\.[0-9a-f]{32}\b")


def _without(whole: Home, once: Built, audience: str, *more: str) -> Home:
    def build(path: Path) -> None:
        home = whole.copy_to(path)
        assert restrict(home.settings.landing, {audience, *more}) > 100
        home.cunshe("run", "--week", SECOND)

    return once(f"without-{audience}", build)


@pytest.fixture(scope="module")
def without_posts(whole: Home, once: Built) -> Home:
    """As if nothing restricted had landed."""
    return _without(whole, once, "posts", "review")


@pytest.fixture(scope="module")
def without_review(whole: Home, once: Built) -> Home:
    """As if nothing had landed that only those who examine the joint review may know."""
    return _without(whole, once, "review")


def _answer_restricted(home: Home) -> None:
    with closing(open_edition(home.settings, AUTHORISED, look=TESTING)) as edition:
        restricted = edition.execute(
            "select warning_id, village_code from warning inner join village_file using (village_id) where restricted"
        ).fetchall()
    assert restricted
    answers = [
        {"answer_no": f"R{number}", "warning_id": warning, "village_code": village, "step": "take_in_hand",
         "handler_code": "Z77", "stepped_on": THURSDAY, "measure": "已交联审组"}
        for number, (warning, village) in enumerate(restricted)
    ]  # fmt: skip
    orders = [
        {"order_no": f"督R{number}", "warning_id": warning, "village_code": village, "matter": "请核查", "issued_on": THURSDAY,
         "order_level": "red", "responsible_unit": "区换届办", "due_on": FRIDAY}
        for number, (warning, village) in enumerate(restricted[::2])
    ]  # fmt: skip
    for name, rows in (("organisation__warning_answers", answers), ("organisation__supervision_orders", orders)):
        contract = load_catalog()[name]
        empty = dict.fromkeys(column.name for column in contract.columns)
        delivered = as_delivered(contract, [empty | row for row in rows])
        write_whole(inbox_folder(home.settings, contract) / THURSDAY.isoformat() / "县办.csv", delivered.encode("utf-8-sig"))


def tables(home: Home, edition: str) -> dict[str, Counter[Any]]:
    """Every table and view of an edition as a bag of rows, without what is of the run."""
    with closing(open_edition(home.settings, edition, look=TESTING)) as connection:
        listed = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() where not internal group by all"
        ).fetchall()
        found = {}
        for table, columns in listed:
            names = ", ".join(f'"{name}"' for name in columns if name not in OF_THE_RUN.get(table, ()))
            found[table] = Counter(connection.execute(f'select {names} from "{table}"').fetchall())
    return found


def reports(home: Home, kind: str) -> dict[str, Any]:
    """All that recipients of a kind are handed, byte by byte, and what the index says of them; without the build's id."""
    build = json.loads((home.settings.published / "current.json").read_text("utf-8"))["build_id"]
    folder = home.settings.reports / SECOND / build
    found: dict[str, Any] = {}
    for path in folder.glob(f"{kind}*"):
        content = path.read_bytes()  # the check code of a ledger is over the build's id, too
        if path.suffix == ".html":
            found[path.name] = content.replace(build.encode(), b"")
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            found |= {
                f"{path.name}/{part}": CHECK_CODE.sub(b"", parts.read(part).replace(build.encode(), b""))
                for part in parts.namelist()
            }
    index = json.loads((folder / "index.json").read_text("utf-8"))
    for one in index["recipients"]:
        if one["kind"] == kind:
            files = [{**file, "sha256": "", "size": 0} for file in one["files"]]
            found[f"index of {one['recipient_id']}"] = {**one, "files": files}
    return found


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_the_analyst_edition_is_what_it_would_be_had_nothing_restricted_landed(whole: Home, without_posts: Home) -> None:
    shown, would_be = tables(whole, ANALYST), tables(without_posts, ANALYST)
    assert len(shown) > 50 and len(shown["village_state_week"]) > 20 and sum(shown["file_change"].values()) > 5
    assert differing(shown, would_be) == []


def test_the_comparison_finds_what_restricted_records_change(whole: Home, without_posts: Home) -> None:
    """The authorised edition has it all: were any of these tables published as it is, the test before would say so."""
    found = differing(tables(whole, AUTHORISED), tables(without_posts, AUTHORISED))
    assert {
        "village_state_week", "village_file", "indicator_week", "person_table", "person_item", "file_change", "rule_ledger",
        "review_progress", "warning", "warning_week", "warning_step", "warning_evidence", "delivery", "feed_week",
        "quality_result", "department_quality_week",
    } <= set(found)  # fmt: skip


def test_a_department_reads_what_it_would_had_nothing_restricted_landed(whole: Home, without_posts: Home) -> None:
    shown = reports(whole, "department")
    assert len(shown) > 100 and differing(shown, reports(without_posts, "department")) == []


def test_a_township_reads_what_it_would_had_no_outcome_of_the_review_landed(whole: Home, without_review: Home) -> None:
    shown = reports(whole, "township")
    assert len(shown) > 100 and differing(shown, reports(without_review, "township")) == []


def test_the_county_and_the_review_group_read_of_the_outcomes(whole: Home, without_review: Home) -> None:
    for kind in ("county", "review_group"):
        shown, would_be = (reports(home, kind)[f"{kind}.html"].decode() for home in (whole, without_review))
        assert re.search("联审结论为[^<>，]*，待人工审查", shown) and shown != would_be
