"""Below the header: every row of the table, and nothing else without a word."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import RawTable, body, read_table, text
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_html, as_text, as_xlsx

HEADER = ["村名", "金额", "备注"]
KNOWN = frozenset(HEADER)


def read(content: bytes) -> tuple[list[list[str]], RawTable]:
    raw = read_table(content, KNOWN)
    return raw.whole().to_numpy().tolist(), raw


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(content)
    return caught.value


def test_blank_rows_keep_their_number() -> None:
    raw = read_table(as_text([HEADER, ["", "", ""], ["东村", "1", ""], ["　", "", " "], ["西村", "2", ""]]), KNOWN)
    assert raw.whole().index.tolist() == [3, 5]


def test_a_header_alone_is_a_table_without_rows() -> None:
    rows, raw = read(as_text([HEADER]))
    assert (rows, raw.header) == ([], tuple(HEADER))


def test_rows_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (body, text):
        monkeypatch.setattr(module, "CHUNK_ROWS", 20)
    rows = [[f"村{place}", str(place), ""] for place in range(70)]
    raw = read_table(as_text([HEADER, *rows, ["注：略", "", ""]]), KNOWN)
    pieces = list(raw.chunks)
    assert max(len(piece) for piece in pieces) <= 20
    assert [row for piece in pieces for row in piece.index] == list(range(2, 72))
    assert [note.code for note in raw.notes] == ["FOOTERS_LEFT_OUT"]


@pytest.mark.parametrize("row", [["东村", "1"], ["东村", "1", "x", "y"], ["东村"]])
def test_a_row_of_another_length_is_named(row: list[str]) -> None:
    why = refused(as_text([HEADER, ["西村", "2", ""], row])).why
    assert (why.code, why.row) == ("FILE_TRUNCATED", 3)


def test_empty_cells_behind_the_last_column_are_nothing() -> None:
    rows, raw = read(as_text([[*HEADER, "", ""], ["东村", "1", "x", "", ""], ["西村", "2", "y"]]))
    assert rows == [["东村", "1", "x"], ["西村", "2", "y"]]
    assert raw.header == tuple(HEADER)


def test_a_comma_that_shifts_a_row_into_the_trailing_column_is_refused() -> None:
    assert refused(as_text([[*HEADER, ""], ["东村", "1", "x", "y"]])).why.code == "FILE_TRUNCATED"


def test_a_remark_beside_the_table_of_a_workbook_is_noted() -> None:
    rows, raw = read(as_xlsx([HEADER, ["东村", "1", "x", "", "某某已核"], ["西村", "2", "y"]]))
    assert rows == [["东村", "1", "x"], ["西村", "2", "y"]]
    assert [(note.code, note.row) for note in raw.notes] == [("CELLS_BESIDE_TABLE", 2)]
    assert "某某" not in raw.notes[0].zh


def test_a_column_without_a_name_between_others_is_told_by_its_place() -> None:
    raw = read_table(as_text([["村名", "", "备注"], ["东村", "1", "x"]]), KNOWN)
    assert raw.header == ("村名", "（第2列无表头）", "备注")


def test_the_header_once_more_is_no_row() -> None:
    rows, raw = read(as_text([HEADER, ["东村", "1", ""], HEADER, ["西村", "2", ""]]))
    assert [row[0] for row in rows] == ["东村", "西村"]
    assert [(note.code, note.row) for note in raw.notes] == [("HEADERS_LEFT_OUT", 3)]


@pytest.mark.parametrize(
    "footer",
    [
        ["注：本表略"], ["备注: 略", "", ""], ["填表人：", "某某", ""], ["制表单位（盖章）：民政局", "", ""],
        ["", "审核人：某某", ""], ["说明：1.略", "", ""], ["注1：略", "", ""],
    ],
)  # fmt: skip
def test_footers_are_left_out_and_noted(footer: list[str]) -> None:
    rows, raw = read(as_text([HEADER, ["东村", "1", ""], footer, ["再有一条", "", ""]]))
    assert len(rows) == 1
    assert [(note.code, note.row) for note in raw.notes] == [("FOOTERS_LEFT_OUT", 3)]
    assert "2行" in raw.notes[0].zh
    assert "某某" not in raw.notes[0].zh


@pytest.mark.parametrize("row", [["注：村", "1", "x"], ["合计村", "1", ""], ["小计划", "1", ""], ["08:30", "1", ""]])
def test_rows_that_only_look_like_it_stay(row: list[str]) -> None:
    rows, raw = read(as_text([HEADER, row]))
    assert rows == [row]
    assert raw.notes == []


@pytest.mark.parametrize(
    ("total", "codes"),
    [
        (["合计", "3", ""], ["SUBTOTALS_LEFT_OUT"]),
        (["城东街道小计", "3", ""], ["SUBTOTALS_LEFT_OUT"]),
        (["总 计（个）", "2", ""], ["SUBTOTALS_LEFT_OUT"]),  # how many rows there are
        (["合计", "1.5", ""], ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),  # a mean
        (["合计", "", ""], ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),
        (["", "小计", "3"], ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),
    ],
)
def test_totals_are_checked_and_left_out(total: list[str], codes: list[str]) -> None:
    rows, raw = read(as_text([HEADER, ["东村", "1", ""], ["西村", "2", ""], total]))
    assert len(rows) == 2
    assert [note.code for note in raw.notes] == codes


def test_totals_of_several_levels() -> None:
    table = [
        HEADER, ["甲", "1", ""], ["乙", "2", ""], ["小计", "3", ""], ["丙", "4", ""], ["丁", "5", ""], ["小计", "9", ""],
        ["合计", "12", ""], ["戊", "6", ""], ["小计", "6", ""], ["合计", "6", ""], ["总计", "18", ""],
    ]  # fmt: skip
    rows, raw = read(as_text(table))
    assert len(rows) == 5
    assert [note.code for note in raw.notes] == ["SUBTOTALS_LEFT_OUT"]


def test_a_total_that_disagrees_is_named_without_its_value() -> None:
    why = refused(as_text([HEADER, ["东村", "100", ""], ["西村", "200", ""], ["合计", "999", ""]])).why
    assert (why.code, why.row, why.column) == ("SUBTOTAL_DISAGREES", 4, "金额")
    assert "999" not in why.zh + why.en


def test_a_merged_amount_is_nobodys_own_and_the_total_shows_it() -> None:
    table = [HEADER, ["东村", "100", ""], ["西村", "", ""], ["南村", "200", ""], ["合计", "300", ""]]
    assert refused(as_html(table, merges=[(1, 1, 2, 1)])).why.code == "SUBTOTAL_DISAGREES"


def test_a_damaged_cell_of_an_unknown_column_is_told_by_its_place() -> None:
    raw = read_table(as_text([[*HEADER, "王某"], ["东村", "1", "", "\ufffd"]]), KNOWN)
    assert raw.whole().empty
    assert [one.column for one in raw.rejects] == ["第4列"]


@pytest.mark.parametrize(
    ("amounts", "total", "codes"),
    [
        (["1.14", "2.24"], "3.4", ["SUBTOTALS_LEFT_OUT"]),
        (["1.14", "2.24"], "3", ["SUBTOTALS_LEFT_OUT"]),
        (["1.1", "2.2"], "3.4", ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),
        (["0.30", "0.30"], "0.60", ["SUBTOTALS_LEFT_OUT"]),
    ],
)
def test_a_total_of_numbers_that_are_shown_rounded_holds_nothing(amounts: list[str], total: str, codes: list[str]) -> None:
    lines = [["村名", "金额"], *[[f"村{place}", amount] for place, amount in enumerate(amounts)], ["合计", total]]
    rows, raw = read(as_text(lines))
    assert len(rows) == 2
    assert [note.code for note in raw.notes] == codes


@pytest.mark.parametrize(
    ("amounts", "total"),
    [(["1.1", "2.2"], "3.5"), (["1.14", "2.24"], "3.5"), (["11", "22"], "34"), (["1.1", "2.2"], "5")],
)
def test_a_total_that_no_rounding_explains_holds(amounts: list[str], total: str) -> None:
    lines = [["村名", "金额"], *[[f"村{place}", amount] for place, amount in enumerate(amounts)], ["合计", total]]
    assert refused(as_text(lines)).why.code == "SUBTOTAL_DISAGREES"
