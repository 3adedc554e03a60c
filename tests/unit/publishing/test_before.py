"""What was last shown for the week before is laid beside a week's landing, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.publishing import before
from pipelines.publishing.before import load_before
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.dbt_sources import LANDING_TABLES, landed_types
from pipelines.weeks import Week

NEXT_WEEK = Week.parse("2020-W49")
FUNDS = "organisation__village_funds"


@pytest.fixture
def catalog() -> dict[str, Contract]:
    return {FUNDS: load_catalog()[FUNDS]}


@pytest.fixture
def landing(catalog: dict[str, Contract]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build file before dbt: the landing tables, empty."""
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        for table, types in {**LANDING_TABLES, FUNDS: landed_types(catalog[FUNDS])}.items():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
            connection.execute(f'create table landing."{table}" ({columns})')
        yield connection


def test_the_week_before_is_laid_beside_the_week(
    first_home: Settings, landing: duckdb.DuckDBPyConnection, catalog: dict[str, Contract]
) -> None:
    assert load_before(landing, first_home, catalog, NEXT_WEEK, []) == "2020-W48.001"
    assert landing.sql("from landing.published").fetchall() == [("2020-W48.001", False, True)]  # made by a code "test"
    assert landing.sql("from landing.published_delivery").fetchall() == [("d1",)]
    items = landing.sql("select file, subject_id = 'V1', item, restricted from landing.published_item order by all").fetchall()
    assert ("village", True, "a", False) in items  # also what analysts do not see
    assert sorted(restricted for file, _, _, restricted in items if file == "person") == [False, False, True]


def test_nothing_is_laid_beside_a_week_without_one_published_before(
    first_home: Settings, landing: duckdb.DuckDBPyConnection, catalog: dict[str, Contract]
) -> None:
    for week in (NEXT_WEEK.next(), Week.parse("2020-W48")):
        assert load_before(landing, first_home, catalog, week, []) is None
    assert landing.sql("from landing.published").fetchall() == []
    assert landing.sql("from landing.record_content").fetchall() == []


def test_a_change_of_rules_is_seen(
    first_home: Settings, landing: duckdb.DuckDBPyConnection, catalog: dict[str, Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before, "rules_version", lambda: "other")
    monkeypatch.setattr(before, "code_version", lambda: "test")
    load_before(landing, first_home, catalog, NEXT_WEEK, [])
    assert landing.sql("select rules_changed, code_changed from landing.published").fetchall() == [(True, False)]


def test_a_record_sent_again_is_known_by_its_content(
    first_home: Settings, landing: duckdb.DuckDBPyConnection, catalog: dict[str, Contract]
) -> None:
    for delivery, row, year in (("d1", 2, 2019), ("d2", 5, 2019), ("d2", 6, 2020)):
        landing.execute(
            f'insert into landing."{FUNDS}" (village_code, fund_year, operating_funds, _delivery_id, _row)'
            " values ('330304001201', ?, 100, ?, ?)",
            [year, delivery, row],
        )
    load_before(landing, first_home, catalog, NEXT_WEEK, [])
    contents = landing.sql("select content from landing.record_content order by delivery_id, row_no").fetchall()
    assert contents[0] == contents[1] != contents[2]
    assert landing.sql("select distinct dataset from landing.record_content").fetchall() == [(FUNDS,)]
