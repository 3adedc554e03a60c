"""The header row: found with certainty or refused."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import read_table
from pipelines.sources.reading.header import HEADER_WITHIN, find_header
from pipelines.sources.reading.table import Merge
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_text, as_xlsx

KNOWN = frozenset({"村社代码", "村名", "备注", "换届前/书记"})


def header(*rows: list[str], known: frozenset[str] = KNOWN, merges: tuple[Merge, ...] = ()) -> tuple[str, ...] | None:
    found = find_header(list(enumerate(rows, start=1)), known, merges)
    return found.names if found else None


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_table(content, KNOWN).whole()
    return caught.value


def test_without_known_headers_the_first_row_is_the_header() -> None:
    assert header(["", ""], ["甲", "乙"], ["村社代码", "村名"], known=frozenset()) == ("甲", "乙")


def test_the_row_with_most_known_headers_wins_and_of_equals_the_first() -> None:
    assert header(["村名", "备注", "x"], ["村名", "备注", "村社代码"]) == ("村名", "备注", "村社代码")
    assert header(["村名", "备注", "x"], ["村名", "备注", "y"]) == ("村名", "备注", "x")


def test_what_no_sheet_can_hold_is_no_header() -> None:
    assert header(["村名", "村社代码", *[""] * 16_382]) is not None
    assert header(["村名", "村社代码", *[""] * 16_383]) is None
    assert header(["村名", "村社代码", "备" * 32_768]) is None


def test_headers_are_compared_without_white_space_and_width() -> None:
    assert header(["村 社\n代码", "村　名"]) == ("村 社\n代码", "村　名")


def test_one_known_header_is_not_enough_unless_there_is_only_one() -> None:
    assert header(["村名", "x"]) is None
    assert header(["村名", "x"], known=frozenset({"村名"})) == ("村名", "x")


def test_a_group_stands_over_its_columns_in_a_csv_too() -> None:
    known = KNOWN | {"换届前/主任"}
    rows = ["村名", "换届前", "", ""], ["", "书记", "主任", ""]
    assert header(*rows, known=known) == ("村名", "换届前/书记", "换届前/主任", "")


def test_a_group_does_not_take_a_column_that_has_a_name_of_its_own() -> None:
    rows = ["村名", "换届前", ""], ["", "书记", "备注"]
    assert header(*rows) == ("村名", "换届前/书记", "备注")


def test_a_header_does_not_end_within_a_merge() -> None:
    rows = ["村名", "换届前"], ["村名", "书记"], ["村名", "年龄"]
    assert header(*rows, known=KNOWN | {"换届前/书记/年龄"}) == ("村名", "换届前/书记")
    merges = (Merge(1, 0, 3, 0),)
    assert header(*rows, known=KNOWN | {"换届前/书记/年龄"}, merges=merges) == ("村名", "换届前/书记/年龄")


def test_a_header_too_far_down_is_not_looked_for() -> None:
    above = [["说明"]] * HEADER_WITHIN
    assert refused(as_text([*above, ["村名", "备注"]])).why.code == "HEADER_NOT_FOUND"
    assert read_table(as_text([*above[1:], ["村名", "备注"]]), KNOWN).header_row == HEADER_WITHIN


def test_a_renamed_column_leaves_the_header_where_it_is() -> None:
    raw = read_table(as_text([["村社代码", "字段", "备注"], ["1", "x", "y"]]), KNOWN)
    assert (raw.header_row, raw.header) == (1, ("村社代码", "字段", "备注"))


@pytest.mark.parametrize("write", [as_text, as_xlsx])
def test_the_same_header_twice_is_refused_by_its_place(write: type) -> None:
    why = refused(write([["村名", "备注", "王某", "王某"], ["1", "2", "3", "4"]])).why
    assert (why.code, why.row, why.column) == ("HEADER_REPEATED", 1, "第3列")
    assert "王某" not in why.zh + why.en


def test_a_row_above_the_header_that_looks_like_data_is_not_dropped() -> None:
    why = refused(as_text([["1", "东村", "x"], ["村社代码", "村名", "备注"], ["2", "西村", "y"]])).why
    assert (why.code, why.row) == ("HEADER_NOT_FOUND", 1)
