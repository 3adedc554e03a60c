"""When a line of a return note opens, moves to a newer file, and closes; never by a guess."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.landing.ledger import QUARANTINE, RECORD, ROWS, Delivery, read_ledger
from pipelines.landing.release import close_lines
from pipelines.landing.return_lines import Line, open_lines, return_lines
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.row_key import table_keys
from tests.unit.sources.test_fixtures import read, sample

POSTS, MATTERS = load_catalog()["organisation__posts"], load_catalog()["petition__matters"]
SUNDAY = date(2020, 12, 20)


class Ledger:
    """A landing folder that a test fills delivery by delivery."""

    def __init__(self, landing: Path, contract: Contract) -> None:
        self.landing, self.contract, self.count = landing, contract, 0

    def add(
        self, day: int, verdict: str = "accepted", *, wrong: list[tuple[Any, ...]] = [],  # noqa: B006
        holds: list[str] = [], keys: list[str] = [], name: str | None = None,  # noqa: B006
    ) -> str:  # fmt: skip
        """A delivery of December; `wrong` are (row, column, code[, key]) of set-aside rows, `keys` those that landed."""
        self.count += 1
        delivered_at = date(2020, 12, day)
        delivery = Delivery(
            f"{delivered_at:%Y%m%d}-{self.count:012x}", self.contract.department, self.contract.dataset, delivered_at,
            datetime(2020, 12, 31) + timedelta(minutes=self.count), verdict, "0" * 64, name or f"{day}.csv", 1,  # type: ignore[arg-type]
            holds=[{"code": code, "zh": "不对", "fix_zh": "请改", "sheet": None, "row": 1, "column": None} for code in holds],
        )  # fmt: skip
        folder = delivery.folder(self.landing)
        folder.mkdir(parents=True)
        rows = [dict(zip(("row_no", "column_name", "code", "key"), (*one, None)[:4], strict=True)) for one in wrong]
        texts = {"sheet": None, "message_zh": "不对", "fix_zh": "请改"}
        pq.write_table(pa.Table.from_pylist([row | texts for row in rows]), folder / QUARANTINE)
        landed = {column: keys for column in self.contract.key} | {"_row": list(range(len(keys)))}
        if verdict == "accepted" and self.contract.kind == "events":
            pq.write_table(pa.table(landed), folder / ROWS)
        (folder / RECORD).write_bytes(delivery.to_json())
        return delivery.delivery_id

    def lines(self, until: date = SUNDAY) -> list[Line]:
        return return_lines(self.landing, self.contract, read_ledger(self.landing, self.contract, until), until)

    def open(self, until: date = SUNDAY) -> list[tuple[int | None, str, int]]:
        """Row, code and age of the open lines."""
        return [(line.row_no, line.code, line.age(until)) for line in open_lines(self.lines(until))]


@pytest.fixture
def posts(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, POSTS)


@pytest.fixture
def matters(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, MATTERS)


def key_of(text: str) -> str:
    return table_keys(MATTERS, pa.table({"matter_key": [text], "_row": [2]}))[2]


def test_nothing_wrong_gives_no_line(posts: Ledger) -> None:
    posts.add(3)
    assert posts.lines() == []


def test_a_line_ages_until_a_later_snapshot_is_without_it(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE")])
    assert posts.open(date(2020, 12, 6)) == [(4, "UNKNOWN_CODE", 3)]
    assert posts.open(date(2020, 12, 13)) == [(4, "UNKNOWN_CODE", 10)]
    mended = posts.add(17)
    (line,) = posts.lines()
    assert (line.closed_on, line.closed_by_delivery_id, line.age(SUNDAY)) == (date(2020, 12, 17), mended, 14)


def test_a_replay_of_an_earlier_week_gives_what_it_gave(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE")])
    before = posts.lines(date(2020, 12, 6))
    posts.add(10)
    assert posts.lines(date(2020, 12, 6)) == before


def test_the_same_finding_again_is_the_same_line_at_its_new_place(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE"), (9, "性别", "UNKNOWN_CODE")])
    posts.add(10, wrong=[(7, "学历", "UNKNOWN_CODE")])
    assert posts.open() == [(7, "UNKNOWN_CODE", 17)]
    assert [line.row_no for line in posts.lines() if line.closed_on] == [9]


def test_of_rows_that_cannot_be_told_apart_the_oldest_stays(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE")])
    posts.add(10, wrong=[(4, "学历", "UNKNOWN_CODE"), (5, "学历", "UNKNOWN_CODE")])
    posts.add(17, wrong=[(6, "学历", "UNKNOWN_CODE")])
    assert posts.open() == [(6, "UNKNOWN_CODE", 17)]


def test_a_held_delivery_is_open_until_a_later_one_is_accepted(posts: Ledger) -> None:
    posts.add(3, "held", holds=["COLUMN_MISSING"])
    posts.add(10, "held", holds=["COLUMN_MISSING", "HEADER_REPEATED"])
    assert posts.open() == [(1, "COLUMN_MISSING", 17), (1, "HEADER_REPEATED", 10)]
    mended = posts.add(17)
    assert posts.open() == []
    assert {line.closed_by_delivery_id for line in posts.lines()} == {mended}


def test_a_held_delivery_mends_nothing(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE")])
    posts.add(10, "held", holds=["COLUMN_MISSING"])
    assert [code for _, code, _ in posts.open()] == ["UNKNOWN_CODE", "COLUMN_MISSING"]


def test_a_duplicate_changes_nothing(posts: Ledger) -> None:
    posts.add(3, wrong=[(4, "学历", "UNKNOWN_CODE")])
    posts.add(10, "duplicate")
    assert posts.open() == [(4, "UNKNOWN_CODE", 17)]


def test_an_event_closes_when_its_key_lands(matters: Ledger) -> None:
    wrong = [(4, "办结日期", "NOT_A_DATE", key_of("a1")), (5, "办结日期", "NOT_A_DATE", key_of("b2"))]
    matters.add(3, wrong=wrong, keys=["c3"])
    matters.add(10, keys=["d4", "a1"])
    assert matters.open() == [(5, "NOT_A_DATE", 17)]


def test_an_event_set_aside_again_is_the_same_line(matters: Ledger) -> None:
    matters.add(3, wrong=[(4, "办结日期", "NOT_A_DATE", key_of("a1"))])
    matters.add(10, wrong=[(2, "办结日期", "NOT_A_DATE", key_of("a1"))])
    assert matters.open() == [(2, "NOT_A_DATE", 17)]


def test_a_repeated_event_of_which_one_copy_landed_needs_no_mending(matters: Ledger) -> None:
    matters.add(3, wrong=[(4, None, "ROW_REPEATED", key_of("a1"))], keys=["a1"])
    assert matters.lines() == []


def test_an_event_that_says_something_else_than_the_one_of_its_key_that_landed_is_a_line(matters: Ledger) -> None:
    matters.add(3, wrong=[(4, "办结日期", "NOT_A_DATE", key_of("a1"))], keys=["a1"])
    assert matters.open() == [(4, "NOT_A_DATE", 17)]
    matters.add(10, keys=["a1"])
    assert matters.open() == []


def test_other_events_mend_neither_a_held_file_nor_a_row_without_key(matters: Ledger) -> None:
    matters.add(3, "held", holds=["COLUMN_MISSING"])
    matters.add(4, wrong=[(4, "事项代号", "REQUIRED_MISSING")], keys=["x"])
    matters.add(10, keys=["y"])
    assert [code for _, code, _ in matters.open()] == ["COLUMN_MISSING", "REQUIRED_MISSING"]


def test_a_held_file_of_events_is_mended_by_the_same_file_again(matters: Ledger) -> None:
    matters.add(3, "held", holds=["COLUMN_MISSING"], name="信访20201203.csv")
    matters.add(10, keys=["y"], name="信访20201210.csv")
    assert len(matters.open()) == 1
    matters.add(11, keys=["x"], name="信访20201203.csv")
    assert matters.open() == []


def test_a_name_in_use_every_week_does_not_say_which_file_it_is(matters: Ledger) -> None:
    matters.add(3, "held", holds=["COLUMN_MISSING"], name="周报.csv")
    matters.add(10, keys=["y"], name="周报.csv")
    assert len(matters.open()) == 1


def test_a_named_person_closes_what_nothing_else_can(matters: Ledger) -> None:
    held = matters.add(3, "held", holds=["COLUMN_MISSING"])
    close_lines(
        matters.landing, {"petition__matters": MATTERS}, held, by="李某", reason="该周无新增", today=date(2020, 12, 15)
    )
    assert len(matters.open(date(2020, 12, 13))) == 1
    assert matters.open() == []
    (line,) = matters.lines()
    assert (line.closed_on, line.closed_by_delivery_id) == (date(2020, 12, 15), None)


def test_a_record_of_before_holds_were_kept_apart_still_makes_a_line(posts: Ledger) -> None:
    posts.add(3, "held")
    assert posts.open() == [(None, "HELD", 17)]


def test_no_key_is_kept_of_a_dataset_whose_key_names_a_person() -> None:
    table = pa.table({name: ["99990119780312001X"] for name in POSTS.key} | {"_row": [2]})
    assert table_keys(POSTS, table) == {}


@pytest.mark.parametrize(
    ("name", "row", "header", "value", "known"),
    [
        ("petition__matters", 3, "办结日期", "下周", True),  # the cell is wrong, the key is whole
        ("petition__matters", 3, "事项代号", "", False),  # the key itself is wrong
        ("civil_affairs__ballots", 4, "收回选票数", "若干", True),
        ("organisation__posts", 3, "学历", "30", False),  # the key names a person
    ],
)
def test_the_fingerprint_of_a_set_aside_row_is_that_of_the_same_row_landed(
    name: str, row: int, header: str, value: str, known: bool
) -> None:
    rows = sample(name)
    good = read(name, rows)
    landed = pa.Table.from_pandas(good.landed.assign(_row=good.landed.index), preserve_index=False)
    rows[row - 1][rows[0].index(header)] = value
    spoiled = read(name, rows)
    assert {reject.row for reject in spoiled.rejects} == {row}
    expected = {row: table_keys(load_catalog()[name], landed)[row]} if known else {}
    assert spoiled.keys == expected
