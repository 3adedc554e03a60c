"""Formats and encodings: what is written comes back, or is refused with a reason."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable

ROWS = [["村社代码", "村名", "备注"], ["330304007201", "三垟街道南仙堤", "含,逗号\n和换行"], ["330304007202", "䶮村𠮷", ""]]


def as_csv(rows: list[list[str]], encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_table(content).whole()
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(encoding: str) -> None:
    frame = read_table(as_csv(ROWS, encoding)).whole()
    assert [list(frame.columns), *frame.to_numpy().tolist()] == ROWS
    assert frame.index.tolist() == [2, 3]


def test_workbook_cells_are_read_as_a_person_sees_them() -> None:
    cells = [["代码", "日期", "数"], ["001", datetime(2020, 11, 27), 12], [], ["2", "x", 0.5]]
    raw = read_table(as_workbook({"空": [], "名册": cells}))
    assert raw.sheet == "名册"
    frame = raw.whole()
    assert frame.to_numpy().tolist() == [["001", "2020-11-27", "12"], ["2", "x", "0.5"]]
    assert frame.index.tolist() == [2, 4], "blank rows keep their number"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"a,a\n1,2\n", "HEADER_REPEATED"),
        (b"a,b\n1,2\n3\n", "FILE_TRUNCATED"),
        (b"a,b\n1,2\n3,4", "FILE_UNREADABLE"),
        (b'a,b\n1,"2\n', "FILE_UNREADABLE"),
        (as_csv(ROWS)[:60], "FILE_ENCODING"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "FILE_FORMAT"),
        (as_workbook({"甲": [["a"], ["1"]], "乙": [["b"], ["2"]]}), "SEVERAL_TABLES"),
        (as_workbook({"甲": [["a"], ["1"]]})[:700], "FILE_UNREADABLE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, code: str) -> None:
    assert refused(content).why.code == code


def test_digits_that_a_spreadsheet_has_lost_are_not_made_up() -> None:
    raw = read_table(as_workbook({"名册": [["身份证号"], [999901198506154321], [330304001002]]}))
    assert raw.whole()["身份证号"].tolist() == ["9.999011985061544e+17", "330304001002"]


def test_a_ragged_row_is_named() -> None:
    assert refused(b"a,b\n1,2\n3,4\n5\n").why.row == 4


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=8)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_comes_back_or_is_refused(rows: list[list[str]], encoding: str, end: str) -> None:
    header = ["甲", "乙", "丙"]
    try:
        frame = read_table(as_csv([header, *rows], encoding, end)).whole()
    except Unreadable:
        return
    assert list(frame.columns) == header
    assert frame.to_numpy().tolist() == rows
