"""Where recipients are reached: from the newest list of pairings and the settings; what does not fit is a finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.identity.vault import Vault
from pipelines.landing.ledger import RECORD, ROWS, Delivery
from pipelines.reports.delivery import addresses
from pipelines.reports.delivery.addresses import AddressBook, Finding, address_book, read_findings, write_findings
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from tests.looks import TESTING

TODAY = date(2020, 12, 7)
BUILD = "2020-W49.001"
# Village code, department code, department name, address of its head, address of the township's secretary.
Pairing = tuple[str, str, str, str, str]
V1, V2, V3, OLD = "999901001001", "999901001002", "999901002003", "999901001099"
GOOD: list[Pairing] = [
    (V1, "BM001", "区示例局", "bm001@example.org", "zj001@example.org"),
    (V2, "BM001", "区示例局", "BM001@example.org ", "zj001@example.org"),
    (V3, "BM002", "区另一局", "bm002@example.org", "zj002@example.org"),
]
Asked = Callable[..., AddressBook]


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """What a build knows: three villages in two townships, one of them once under another code; the third is paired to nobody."""
    con = duckdb.connect()
    con.execute(f"""
        create table village_file as from (values
            ('V1', '{V1}', '甲村', 'T1'), ('V2', '{V2}', '乙村', 'T1'), ('V3', '{V3}', '丙村', 'T2')
        ) as v (village_id, village_code, village_name, managing_unit_code);
        create table village_history as select 'V2' as village_id, 'code' as attribute, '{OLD}' as value_code;
        create table responsibility as from (values
            ('county', 'county', '示例区', 'V1'), ('township:T1', 'township', '青石镇', 'V1'),
            ('township:T2', 'township', '白沙镇', 'V3'),
            ('department:BM001', 'department', '区示例局', 'V1'), ('department:BM001', 'department', '区示例局', 'V2')
        ) as r (recipient_id, recipient_type, recipient_name, village_id)
    """)
    monkeypatch.setattr(addresses, "open_edition", lambda *_: con.cursor())
    return con


@pytest.fixture
def asked(tmp_path: Path, edition: duckdb.DuckDBPyConnection) -> Asked:
    """The addresses after lists of pairings were delivered, one a day, the last one on the day before."""

    def ask(*lists: list[Pairing], **more: object) -> AddressBook:
        settings = Settings(home=tmp_path / "home", **more)  # type: ignore[arg-type]
        for number, rows in enumerate(lists, 1):
            deliver(settings, rows, date(2020, 12, 6 - len(lists) + number))
        return address_book(settings, BUILD, TESTING, TODAY)

    return ask


def deliver(settings: Settings, rows: list[Pairing], on: date) -> None:
    contract = load_catalog()[addresses.PAIRINGS]
    delivery = Delivery(f"{on:%Y%m%d}-aaaa", contract.department, contract.dataset, on, datetime(2020, 12, 6, tzinfo=UTC),
                        "accepted", "x", "x.csv", 1)  # fmt: skip
    frame = pd.DataFrame(rows, columns=["village_code", "department_code", "department_name", "leader_email", "secretary_email"])
    frame.insert(0, "_row", range(2, 2 + len(rows)))
    folder = delivery.folder(settings.landing)
    folder.mkdir(parents=True)
    frame[["_row", "village_code", "department_code", "department_name"]].to_parquet(folder / ROWS)
    (folder / RECORD).write_bytes(delivery.to_json())
    with Vault.open(settings, TESTING) as vault:
        identities = frame[["_row", "leader_email", "secretary_email"]]
        vault.store_identities(delivery.delivery_id, contract.department, contract.dataset, on, False, identities)


def codes(book: AddressBook) -> set[tuple[str, str]]:
    return {(one.code, one.subject) for one in book.findings}


def test_departments_and_townships_are_reached_by_their_pairings_and_the_county_by_a_setting(asked: Asked) -> None:
    book = asked(GOOD, addresses={"county": "county@example.org"})
    assert book.of == {
        "county": "county@example.org", "department:BM001": "bm001@example.org",
        "township:T1": "zj001@example.org", "township:T2": "zj002@example.org",
    }  # fmt: skip
    assert codes(book) == {("no_recipient", "department:BM002"), ("village_unanswered", "V3")}


def test_without_a_list_nobody_has_an_address_and_the_vault_stays_shut(asked: Asked, tmp_path: Path) -> None:
    book = asked()
    assert book.of == {} and {code for code, _ in codes(book)} == {"no_address", "village_unanswered"}
    assert not (tmp_path / "home" / "vault").exists()


def test_several_addresses_are_none_and_a_setting_decides(asked: Asked) -> None:
    split = [*GOOD[:1], (V2, "BM001", "区示例局", "other@example.org", "zj001@example.org")]
    book = asked(split)
    assert "department:BM001" not in book.of and book.lacks("department:BM001") == "several_addresses"
    assert book.lacks("county") == "no_address"
    assert asked(addresses={"department:BM001": "right@example.org"}).of["department:BM001"] == "right@example.org"


def test_the_newest_list_counts_and_a_code_given_up_still_leads_to_its_village(asked: Asked) -> None:
    newer = [(OLD, "BM001", "区示例局", "new@example.org", "zj009@example.org")]
    book = asked(GOOD, newer)
    assert book.of == {"department:BM001": "new@example.org", "township:T1": "zj009@example.org"}


def test_a_setting_for_nobody_is_a_finding(asked: Asked) -> None:
    assert ("no_recipient", "township:T9") in codes(asked(GOOD, addresses={"township:T9": "nobody@example.org"}))


def test_an_address_shows_nowhere_but_in_the_book(asked: Asked, tmp_path: Path) -> None:
    book = asked(GOOD, addresses={"county": "county@example.org"})
    write_findings(tmp_path, book.findings)
    assert read_findings(tmp_path) == book.findings and read_findings(tmp_path / "none") == ()
    for text in (repr(book), json.dumps([vars(one) for one in book.findings]), (tmp_path / addresses.FILE).read_text("utf-8")):
        assert "@" not in text
    assert all(b"@example" not in path.read_bytes() for path in (tmp_path / "home" / "audit").rglob("*") if path.is_file())


def test_a_finding_names_an_office(asked: Asked) -> None:
    assert Finding("no_address", "county", "示例区") in asked(GOOD).findings
