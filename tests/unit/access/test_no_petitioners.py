"""What no table, contract or report may hold: petitioners, voters, documents, colours of people, a way to a petition matter."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.access.policy import mart_columns
from pipelines.reports import render_week
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.dbt_sources import LANDING_TABLES, landed_types
from tests.unit.reports.page_reader import read_page
from tests.unit.reports.test_privacy import full_county

CATALOG = load_catalog()
PETITIONER = re.compile(r"petitioner|complain|informant|visitor|accus|reporter|xfr|voter_id|household_id")
VERDICT_ON_PEOPLE = re.compile(r"colou?r|score|rank|risk|grade|level")
DOCUMENT = re.compile(r"附件|扫描|照片|正文|选票编号|影像|录音")


def columns_of_all_tables() -> dict[str, set[str]]:
    """Every table of landing and every mart, with its columns."""
    landed = {name: set(landed_types(contract)) for name, contract in CATALOG.items()}
    others = {**LANDING_TABLES, **mart_columns()}
    return landed | {name: set(columns) for name, columns in others.items()}


def test_no_table_holds_a_petitioner() -> None:
    found = {f"{table}.{column}" for table, columns in columns_of_all_tables().items() for column in columns}
    assert len(found) > 500
    assert not {name for name in found if PETITIONER.search(name.split(".")[1])}
    petitions = CATALOG["petition__matters"]
    assert not petitions.identity_columns and not petitions.vault_columns and not petitions.spine
    assert {column.type for column in petitions.columns} <= {"text", "village_code", "code", "boolean", "date"}
    assert {column.name for column in petitions.columns if column.type == "text"} == {"matter_key", "handling_unit"}
    assert {name for name, contract in CATALOG.items() if contract.spine} == {
        "organisation__posts", "organisation__candidates", "organisation__reserve_cadres"
    }  # fmt: skip


def test_voters_come_as_counts() -> None:
    for name in ("civil_affairs__voter_registration", "civil_affairs__ballots"):
        contract = CATALOG[name]
        assert not contract.identity_columns
        assert {column.type for column in contract.columns} <= {"village_code", "code", "integer", "date"}, name
        assert contract.key[0] == "village_code"
        assert not [column.name for column in contract.columns if "station" in column.name], "no result of a polling station"


def test_no_contract_takes_in_documents_or_ballots() -> None:
    headers = [header for contract in CATALOG.values() for column in contract.columns for header in column.headers]
    assert headers and not [header for header in headers if DOCUMENT.search(header)]


def test_no_person_has_a_colour_or_a_score() -> None:
    of_persons = {name: columns for name, columns in mart_columns().items() if "person_id" in columns}
    assert of_persons.keys() == {"person_table", "person_item", "review_case"}
    assert not [(name, column) for name, columns in of_persons.items() for column in columns if VERDICT_ON_PEOPLE.search(column)]


def test_the_questionnaire_is_about_villages() -> None:
    contract = CATALOG["questionnaire__village_profile"]
    assert contract.key == ("village_code",) and not contract.identity_columns
    texts = {column.name for column in contract.columns if column.type == "text"}
    assert texts == {"difficulties"}, "its only free text, where numbers of people set a row aside"


def test_no_report_leads_from_a_petition_count_to_a_matter(tmp_path: Path) -> None:
    edition = full_county()
    for name in edition.ids:
        warning_id = edition.warn(name, "petition_open", "yellow", measured=5)
        edition.add(
            "warning_evidence",
            {"warning_id": warning_id, "department": "petition", "dataset": "matters", "delivery_id": "20201203-feedc0ffee12",
             "row_no": 86421},
        )  # fmt: skip
    out = tmp_path / "reports"
    render_week(edition.con, out, settings=Settings(home=tmp_path, small_cell=3))
    pages = {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.html")}
    assert "county.html" in pages and all(read_page(page) for page in pages.values())
    assert not [name for name, page in pages.items() if "feedc0ffee12" in page or "86421" in page]
