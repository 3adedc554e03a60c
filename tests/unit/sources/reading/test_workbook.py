"""Workbooks, old and new: sheets, cells, epochs, errors."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest

from pipelines.sources.reading import RawTable, read_table
from pipelines.sources.reading.workbook import seen
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_xls, as_xlsx

BOTH = pytest.mark.parametrize("write", [as_xlsx, as_xls])
KNOWN = frozenset({"代码", "日期", "数"})


def read(content: bytes) -> RawTable:
    return read_table(content, KNOWN)


@BOTH
def test_cells_are_read_as_a_person_sees_them(write: type) -> None:
    cells: list[list[Any]] = [
        ["代码", "日期", "数"],
        ["001", date(2020, 11, 27), 12],
        [],
        ["2", "x", 0.5],
        [True, datetime(2020, 11, 27, 8, 30), 1e14],
    ]
    raw = read(write(cells))
    frame = raw.whole()
    assert raw.sheet == "名册"
    assert frame.index.tolist() == [2, 4, 5], "blank rows keep their number"
    assert frame.to_numpy().tolist() == [
        ["001", "2020-11-27", "12"], ["2", "x", "0.5"], ["是", "2020-11-27 08:30:00", "100000000000000"]
    ]  # fmt: skip


@BOTH
def test_a_table_that_starts_further_down_and_right(write: type) -> None:
    raw = read(write([[], [], ["", "", "代码", "日期", "数"], ["", "", "1", "2", "3"]]))
    assert raw.header[2:] == ("代码", "日期", "数")
    assert raw.whole().index.tolist() == [4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e15, "1e+15"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (2020.1, "2020.1"), (time(8, 30), "08:30:00"),
        (datetime(2020, 1, 1, 8, 29, 59, 999_600), "2020-01-01 08:30:00"), (float("nan"), "#NUM!"),
    ],
)  # fmt: skip
def test_what_a_value_looks_like(value: Any, text: str) -> None:
    assert seen(value) == text


@BOTH
def test_sheets_without_cells_do_not_count(write: type) -> None:
    assert read(write([["代码", "数"], ["1", "2"]], others=[("空", [], False)])).sheet == "名册"


@BOTH
def test_a_number_in_the_name_of_a_sheet_goes_no_further(write: type) -> None:
    assert read(write([["代码", "数"], ["1", "2"]], sheet="张三16000000001")).sheet == "张三***"


@BOTH
def test_a_workbook_without_cells_is_empty(write: type) -> None:
    with pytest.raises(Unreadable) as caught:
        read(write([]))
    assert caught.value.why.code == "FILE_EMPTY"


@BOTH
def test_a_sheet_of_errors_alone_is_said(write: type) -> None:
    raw = read(write([["代码", "数"], ["1", "2"]], others=[("错", [["#REF!"]], False)]))
    assert [note.code for note in raw.notes] == ["SHEETS_LEFT_OUT"]


@BOTH
def test_errors_stand_where_they_are(write: type) -> None:
    raw = read(write([["代码", "日期", "数"], ["1", "x", "#REF!"], ["#N/A", "", ""], ["#N/A", "#DIV/0!", "#NAME?"]]))
    assert raw.whole().to_numpy().tolist() == [["1", "x", "#REF!"], ["#N/A", "", ""], ["#N/A", "#DIV/0!", "#NAME?"]]


def test_an_error_cell_without_text_does_not_take_that_of_its_neighbour() -> None:
    content, changed = as_xlsx([["代码", "日期", "数"], ["a", 5, 6]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(changed, "w") as other:
        for name in book.namelist():
            part = book.read(name).replace(b'<c r="B2"><v>5</v></c>', b'<c r="B2" t="e"/>')
            other.writestr(name, part)
    assert read(changed.getvalue()).whole().to_numpy().tolist() == [["a", "#VALUE!", "6"]]


def test_a_changed_byte_in_a_sheet_is_noticed() -> None:
    content = bytearray(as_xlsx([["代码", "数"], *[[str(place), place] for place in range(200)]]))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as book:
        place = book.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    content[place] ^= 0x55
    with pytest.raises(Unreadable) as caught:
        read(bytes(content)).whole()
    assert caught.value.why.code == "FILE_UNREADABLE"


def test_a_part_that_unpacks_to_more_than_it_states_is_refused() -> None:
    """A bomb whose directory lies: what is read first stops at the size that was stated, and its checksum is another one."""
    rows, good = io.BytesIO(), io.BytesIO(as_xlsx([["代码"], ["甲"]]))
    with zipfile.ZipFile(good) as whole, zipfile.ZipFile(rows, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in whole.namelist():
            padding = b" " * 5_000_000 if name == "xl/sharedStrings.xml" else b""
            bomb.writestr(name, whole.read(name) + padding)
        stated = len(whole.read("xl/sharedStrings.xml"))
    content = bytearray(rows.getvalue())
    entry = content.rindex(b"xl/sharedStrings.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    content[entry + 24 : entry + 28] = stated.to_bytes(4, "little")
    with pytest.raises(Unreadable) as caught:
        read(bytes(content))
    assert caught.value.why.code == "FILE_UNREADABLE"
