"""A table as deliveries: a day of the cursor each, in order, in pieces, incremental; and what a driver's errors become."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.errors import CunsheError
from pipelines.sources.cells import cell_text
from pipelines.sources.connectors import database
from pipelines.sources.connectors.parcel import Limits, PulledContent, SourceUnavailable, Window
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.source import DatabaseSource

ROWS = [
    ("999901001201", "走访", 3, "2020-11-25"),
    ("999901001202", "来信", None, "2020-11-26"),
    ("999901001203", "网上", 5, "2020-11-26"),
    ("999901001204", "来电", 7, "2020-12-03"),
]
WINDOW = Window(date(2020, 1, 6), date(2020, 11, 29), date(2020, 12, 7))


@pytest.fixture
def contract() -> Contract:
    return load_catalog()["civil_affairs__villages"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'exchange.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table villages (village_code text, form text, people integer, pushed_on text)")
        connection.exec_driver_sql("insert into villages values (?, ?, ?, ?)", ROWS)
    return address


def source(url: str, **changes: object) -> DatabaseSource:
    return DatabaseSource.model_validate(
        {"kind": "database", "url": url, "table": "villages", "cursor": "pushed_on", **changes}
    )


def pulled(contract: Contract, from_: DatabaseSource, window: Window) -> list[tuple[date | None, list[list[str]]]]:
    found = []
    for parcel in database.parcels(contract, from_, str, window):
        content = parcel.fetch()
        assert isinstance(content, PulledContent)
        found.append((parcel.delivered_at, content.table(frozenset()).whole().to_numpy().tolist()))
    return found


def test_each_day_of_the_cursor_is_a_delivery(contract: Contract, url: str) -> None:
    assert pulled(contract, source(url), WINDOW) == [
        (date(2020, 11, 25), [["999901001201", "走访", "3"]]),
        (date(2020, 11, 26), [["999901001202", "来信", ""], ["999901001203", "网上", "5"]]),
    ]


@pytest.mark.parametrize("rows_at_once", [1, 2, 3])
def test_where_a_batch_ends_changes_nothing(
    contract: Contract, url: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pulled(contract, source(url), WINDOW)
    monkeypatch.setattr(database, "CHUNK_ROWS", rows_at_once)
    assert pulled(contract, source(url), WINDOW) == whole


@pytest.mark.parametrize("rows_at_once", [1, 100])
def test_a_day_read_again_is_the_same_however_the_server_gives_it(
    contract: Contract, url: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that share a key come in any order, and batches end anywhere: neither makes a new version."""
    double = [("999901001205", form, 1, "2020-11-26") for form in ("来信", "网上", "来电")]
    prints = []
    for rows in (double, double[::-1]):
        with sa.create_engine(url).begin() as connection:
            connection.exec_driver_sql("delete from villages where village_code = '999901001205'")
            connection.exec_driver_sql("insert into villages values (?, ?, ?, ?)", rows)
        prints.append([one.fetch().sha256 for one in database.parcels(contract, source(url), str, WINDOW)])
        monkeypatch.setattr(database, "CHUNK_ROWS", rows_at_once)
    assert prints[0] == prints[1]


@pytest.mark.parametrize("value", [None, "", "2020/11/26", "年初"])
def test_a_row_that_no_range_of_days_would_bring_is_said_and_not_lost(
    contract: Contract, url: str, value: str | None
) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("insert into villages values ('999901001206', '走访', 1, ?)", (value,))
    with pytest.raises(SourceUnavailable) as caught:
        pulled(contract, source(url), WINDOW)
    assert caught.value.why.code == "SOURCE_CURSOR"


def test_two_days_of_a_table_are_no_versions_of_one_another(contract: Contract, url: str) -> None:
    names = [one.file_name for one in database.parcels(contract, source(url), str, WINDOW)]
    assert names == ["villages 2020-11-25", "villages 2020-11-26"]


def test_only_the_overlap_is_read_again(contract: Contract, url: str) -> None:
    seen = Window(WINDOW.since, WINDOW.until, WINDOW.today, seen=date(2020, 11, 26))
    assert [day for day, _ in pulled(contract, source(url, overlap_days=0), seen)] == [date(2020, 11, 26)]
    assert [day for day, _ in pulled(contract, source(url, overlap_days=1), seen)] == [date(2020, 11, 25), date(2020, 11, 26)]


def test_a_table_without_cursor_is_one_delivery_of_the_newest_ended_week(contract: Contract, url: str) -> None:
    (one,) = pulled(contract, source(url, cursor=None), Window(WINDOW.since, date(2020, 12, 6), date(2020, 12, 7)))
    assert (one[0], len(one[1])) == (date(2020, 12, 6), 4)
    assert pulled(contract, source(url, cursor=None), WINDOW) == [], "a past week cannot be known from the table of today"


def test_the_fingerprint_follows_the_content(contract: Contract, url: str) -> None:
    def prints() -> list[str]:
        return [parcel.fetch().sha256 for parcel in database.parcels(contract, source(url), str, WINDOW)]

    before = prints()
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("update villages set people = 4 where village_code = '999901001203'")
    after = prints()
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"table": "elsewhere"}, "SOURCE_TABLE"),
        ({"cursor": "nowhere"}, "SOURCE_TABLE"),
        ({"cursor": "form", "overlap_days": 0}, "SOURCE_CURSOR"),
    ],
)
def test_what_is_not_as_agreed_is_said(contract: Contract, url: str, changes: dict[str, object], code: str) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("update villages set form = '2020-11-2x'")
    with pytest.raises(SourceUnavailable) as caught:
        pulled(contract, source(url, **changes), WINDOW)
    assert caught.value.why.code == code


def test_an_address_is_needed_and_a_dialect_installed(contract: Contract) -> None:
    with pytest.raises(CunsheError, match="has no address"):
        pulled(contract, DatabaseSource(kind="database", table="villages"), WINDOW)
    with pytest.raises(CunsheError, match="not installed"):
        pulled(contract, source("dm://127.0.0.1/exchange", insecure=True), WINDOW)


@pytest.mark.parametrize("address", ["reader:open@127.0.0.1/exchange", "reader@127.0.0.1/exchange?password=open"])
def test_an_address_holds_no_password(address: str) -> None:
    with pytest.raises(ValueError, match="name a secret"):
        source(f"postgresql+psycopg://{address}")


def test_bytes_are_the_text_they_should_be_or_show_that_it_is_lost(contract: Contract, url: str) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("update villages set form = ? where people = 3", ("走访".encode(),))
        connection.exec_driver_sql("update villages set form = ? where people = 5", ("网上".encode("gb18030"),))
    (_, first), (_, second) = pulled(contract, source(url), WINDOW)
    assert first[0][1] == "走访"
    assert "\ufffd" in second[1][1]


@pytest.mark.parametrize(("limits", "said"), [(Limits(rows=1), "1行"), (Limits(bytes_=40), "MB")])
def test_a_day_of_more_than_the_limit_is_broken_off(contract: Contract, url: str, limits: Limits, said: str) -> None:
    days = []
    with pytest.raises(SourceUnavailable) as caught:
        for parcel in database.parcels(contract, source(url), str, WINDOW, limits):
            days.append(parcel.delivered_at)
    assert caught.value.why.code == "SOURCE_TOO_LARGE" and said in caught.value.why.zh
    assert days == ([date(2020, 11, 25)] if limits.rows == 1 else [])


def emptied(url: str) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("delete from villages")


@pytest.mark.parametrize("cursor", ["pushed_on", None])
def test_an_empty_table_that_had_rows_is_a_source_that_fails(contract: Contract, url: str, cursor: str | None) -> None:
    emptied(url)
    week = replace(WINDOW, until=date(2020, 12, 6))
    before = replace(week, filled=frozenset({date(2020, 11, 26)}))
    with pytest.raises(SourceUnavailable) as caught:
        pulled(contract, source(url, cursor=cursor), before)
    assert caught.value.why.code == "SOURCE_EMPTIED" and contract.name in caught.value.why.zh
    assert [rows for _, rows in pulled(contract, source(url, cursor=cursor, may_be_empty=True), before)] in ([], [[]])
    assert [rows for _, rows in pulled(contract, source(url, cursor=cursor), week)] in ([], [[]])


def test_a_part_of_the_days_may_be_gone(contract: Contract, url: str) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("delete from villages where pushed_on = '2020-11-26'")
    seen = replace(WINDOW, filled=frozenset({date(2020, 11, 25), date(2020, 11, 26)}))
    assert [day for day, _ in pulled(contract, source(url), seen)] == [date(2020, 11, 25)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"), (1234567.891, "1234567.891"), (1e15, "1e+15"), (5.0, "5"), (-0.0, "0"), (1 / 3, "0.333333333333333"),
        (Decimal("1234567.891"), "1234567.891"), (Decimal("1.500000000000000000"), "1.5"), (Decimal("1E+3"), "1000"),
        (Decimal("0E-10"), "0"), (Decimal("12345678901234567890.12"), "12345678901234567890.12"), (Decimal("100"), "100"),
        (float("nan"), "#NUM!"), (float("-inf"), "#NUM!"), (Decimal("NaN"), "#NUM!"), (Decimal("Infinity"), "#NUM!"),
    ],
)  # fmt: skip
def test_a_number_is_the_one_that_somebody_has_entered(value: float | Decimal, text: str) -> None:
    assert cell_text(value) == text


def test_doubles_read_like_a_workbooks_cells(contract: Contract, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'doubles.db'}"
    with sa.create_engine(address).begin() as connection:
        connection.exec_driver_sql("create table villages (village_code text, funds real, pushed_on text)")
        connection.exec_driver_sql("insert into villages values ('a', 0.1 + 0.2, '2020-11-25'), ('b', 1234567.891, '2020-11-25')")
    assert pulled(contract, source(address), WINDOW) == [(date(2020, 11, 25), [["a", "0.3"], ["b", "1234567.891"]])]
