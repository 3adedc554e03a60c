"""The cases of bytes, sheets and headers: what a department really sent, and what comes of it. Named after their case."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.sources.reading import RawTable, read_table
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_html, as_text, as_xls, as_xlsx, as_zip

HEADER = ["村社代码", "村名", "备注"]
KNOWN = frozenset([*HEADER, "金额（万元）", "换届前/书记", "换届前/主任", "换届前/书记/年龄", "出生年月", "日期"])


def rows(raw: RawTable) -> list[list[str]]:
    return raw.whole().to_numpy().tolist()


def read(content: bytes) -> RawTable:
    return read_table(content, KNOWN)


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content).whole()
    return caught.value.why.code


def codes(raw: RawTable) -> list[str]:
    return [note.code for note in raw.notes]


TABLE = [HEADER, ["330304007201", "三垟街道南仙堤", "无"], ["330304007202", "前进村", ""]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_e01_encodings(encoding: str, separator: str) -> None:
    raw = read(as_text(TABLE, encoding, separator))
    assert list(raw.header) == HEADER, "the mark is no part of the first header"
    assert rows(raw) == TABLE[1:]


def test_e01_an_encoding_without_its_mark_is_refused() -> None:
    assert refused(as_text(TABLE, "utf-16-le")[2:]) == "FILE_FORMAT"


def test_e02_characters_beyond_gb2312() -> None:
    names = ["三垟街道", "漈头村", "洑溪", "堌城", "王喆", "李珺玥", "赵昇", "镕堃赟"]
    table = [HEADER, *[["330304007201", name, ""] for name in names]]
    with pytest.raises(UnicodeEncodeError):
        as_text(table, "gb2312")
    assert [row[1] for row in rows(read(as_text(table, "gbk")))] == names


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_e03_rare_characters(encoding: str) -> None:
    table = [HEADER, ["1", "䶮㛃𬤝𠮷", ""]]
    assert rows(read(as_text(table, encoding))) == table[1:]


def test_e03_private_characters_set_the_row_aside() -> None:
    raw = read(as_text([HEADER, ["1", "王\ue000", ""], ["2", "东村", ""]]))
    assert rows(raw) == [["2", "东村", ""]]
    assert [(one.code, one.row, one.column) for one in raw.rejects] == [("CHARACTERS_LOST", 2, "村名")]


@pytest.mark.parametrize("mistaken", ["latin-1", "cp1252"])
def test_e04_utf8_taken_for_latin1_is_restored(mistaken: str) -> None:
    spoiled = "".join(
        bytes([byte]).decode(mistaken) if mistaken == "latin-1" or byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in as_text(TABLE)
    )
    raw = read(spoiled.encode("utf-8"))
    assert rows(raw) == TABLE[1:]
    assert codes(raw) == ["ENCODING_REPAIRED"]


def test_e04_utf8_taken_for_gbk_is_restored_where_nothing_was_lost() -> None:
    table = [["村名", "备注"], ["永川", "姓名"], ["东村", ""]]
    raw = read(as_text(table).decode("gb18030").encode("utf-8"))
    assert rows(raw) == table[1:]
    assert codes(raw) == ["ENCODING_REPAIRED"]


def test_e04_what_lost_bytes_on_the_way_is_refused() -> None:
    spoiled = as_text(TABLE).decode("gbk", "replace").encode("utf-8")
    assert refused(spoiled) == "HEADER_NOT_FOUND"


def test_e04_one_spoiled_cell_sets_its_row_aside() -> None:
    table = [HEADER, ["1", "姘稿窛鍖", ""], ["2", "ç“¯æµ·åŒº", ""], ["3", "东村", ""]]
    raw = read(as_text(table))
    assert rows(raw) == [["3", "东村", ""]]
    assert [one.row for one in raw.rejects] == [2, 3]


def test_e05_double_replacement_cannot_be_restored() -> None:
    raw = read(as_text([HEADER, ["1", "锟斤拷锟斤拷", ""], ["2", "东\ufffd村", ""], ["3", "东村", ""]]))
    assert rows(raw) == [["3", "东村", ""]]
    assert [(one.code, one.row) for one in raw.rejects] == [("CHARACTERS_LOST", 2), ("CHARACTERS_LOST", 3)]
    assert all("锟" not in one.zh and "锟" not in one.en for one in raw.rejects), "a reason holds no cell"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_e06_a_lost_byte_sets_its_row_aside(encoding: str) -> None:
    content = as_text(TABLE, encoding)
    place = content.index("南仙".encode(encoding))
    raw = read(content[:place] + content[place + 1 :])
    assert rows(raw) == TABLE[2:]
    assert [(one.code, one.row) for one in raw.rejects] == [("CHARACTERS_LOST", 2)]


def test_e06_kana_in_chinese_text_shows_a_shifted_stream() -> None:
    raw = read(as_text([HEADER, ["1", "基础！苯值拦の", ""], ["2", "东村", ""]], "gb18030"))
    assert rows(raw) == [["2", "东村", ""]]


def test_e06_bytes_lost_in_several_rows_refuse_the_file() -> None:
    content = as_text([HEADER, ["1", "南仙堤", "x"], ["2", "南仙堤", "x"]], "gb18030")
    assert refused(content.replace("南仙".encode("gb18030"), "南仙".encode("gb18030")[1:])) == "FILE_ENCODING"


def test_e07_one_decoder_for_all() -> None:
    content = as_text([HEADER], "gb18030") + b"1,\xa1\xa4,\xa1\xaa\r\n"
    assert rows(read(content)) == [["1", "\u00b7", "\u2014"]]


@pytest.mark.parametrize("write", [as_xlsx, as_xls])
def test_e26_the_epoch_is_the_workbooks_own(write: type) -> None:
    for epoch_1904 in (False, True):
        table = [["村名", "日期"], ["东村", date(2021, 5, 17)]]
        assert rows(read(write(table, epoch_1904=epoch_1904))) == [["东村", "2021-05-17"]]


def test_e26_a_bare_serial_stays_a_number() -> None:
    assert rows(read(as_xlsx([["村名", "日期"], ["东村", 44333]]))) == [["东村", "44333"]]


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_html])
def test_e31_title_rows_and_a_merged_header(write: type) -> None:
    table = [
        ["换届工作统计表", "", "", ""],
        ["", "", "", ""],
        ["村社代码", "村名", "换届前", ""],
        ["", "", "书记", "主任"],
        ["330304007201", "东村", "甲", "乙"],
    ]
    raw = read(write(table, merges=[(0, 0, 0, 3), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3)]))
    assert raw.header == ("村社代码", "村名", "换届前/书记", "换届前/主任")
    assert (raw.header_row, rows(raw)) == (4, [table[4]])
    assert codes(raw) == ["ROWS_ABOVE_HEADER"]


def test_e31_three_rows_of_header() -> None:
    table = [["村社代码", "村名", "换届前"], ["", "", "书记"], ["", "", "年龄"], ["330304007201", "东村", "45"]]
    raw = read(as_xlsx(table, merges=[(0, 0, 2, 0), (0, 1, 2, 1)]))
    assert raw.header == ("村社代码", "村名", "换届前/书记/年龄")
    assert rows(raw) == [table[3]]


def test_e31_a_group_over_plain_headers_is_no_part_of_them() -> None:
    table = [["村社代码", "基本情况", ""], ["", "村名", "备注"], ["330304007201", "东村", "无"]]
    raw = read(as_xlsx(table, merges=[(0, 0, 1, 0), (0, 1, 0, 2)]))
    assert list(raw.header) == HEADER


def test_e31_a_table_without_a_known_header_is_refused() -> None:
    assert refused(as_text([["甲", "乙"], ["1", "2"]])) == "HEADER_NOT_FOUND"


def test_e31_data_above_the_header_are_not_dropped_as_titles() -> None:
    assert refused(as_text([["330304007201", "东村", "无"], *TABLE])) == "HEADER_NOT_FOUND"


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_html])
def test_e34_merged_body_cells_are_filled_within_the_merge_only(write: type) -> None:
    table = [HEADER, ["1", "东村", "a"], ["2", "", "b"], ["3", "", "c"]]
    raw = read(write(table, merges=[(1, 1, 2, 1)]))
    assert [row[1] for row in rows(raw)] == ["东村", "东村", ""]
    assert codes(raw) == ["MERGED_FILLED"]


def test_e34_blank_cells_of_a_csv_stay_blank() -> None:
    assert rows(read(as_text([HEADER, ["1", "东村", "a"], ["2", "", "b"]])))[1][1] == ""


TOTALS = [["村名", "金额（万元）"], ["甲村", "1,000.5"], ["乙村", "2"], ["小　计", "1002.5"], ["丙村", "3"], ["合计：", "1005.5"]]


def test_e34_subtotals_are_checked_and_left_out() -> None:
    raw = read(as_text(TOTALS))
    assert rows(raw) == [TOTALS[1], TOTALS[2], TOTALS[4]]
    assert codes(raw) == ["SUBTOTALS_LEFT_OUT"]


def test_e34_a_subtotal_that_disagrees_holds_the_delivery() -> None:
    assert refused(as_text([*TOTALS[:5], ["合计", "1006.5"]])) == "SUBTOTAL_DISAGREES"


def test_e34_footers_are_left_out() -> None:
    below = [["", "", ""], ["注：1.本表截至11月底。", "", ""], ["2.另附说明", "", ""], ["填表人：", "某", ""]]
    raw = read(as_xlsx([*TABLE, *below]))
    assert rows(raw) == TABLE[1:]
    assert codes(raw) == ["FOOTERS_LEFT_OUT"]


def test_e34_data_below_a_footer_refuse_the_file() -> None:
    assert refused(as_text([*TABLE, ["注：略", "", ""], TABLE[1]])) == "ROWS_AFTER_FOOTER"


def test_e35_hidden_rows_are_read_like_others() -> None:
    assert rows(read(as_xlsx(TABLE, hidden_rows=[1]))) == TABLE[1:]


@pytest.mark.parametrize("write", [as_xlsx, as_xls])
def test_e35_a_hidden_sheet_is_never_dropped(write: type) -> None:
    content = write(TABLE, others=[("Sheet1 (2)", TABLE, True)])
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert caught.value.why.code == "SEVERAL_TABLES"
    assert "2张" in caught.value.why.zh
    assert "隐藏1张" in caught.value.why.zh


@pytest.mark.parametrize("write", [as_xlsx, as_xls])
def test_e35_error_cells_keep_their_words(write: type) -> None:
    table = [HEADER, ["1", "#REF!", "#N/A"], ["2", "#DIV/0!", ""]]
    assert rows(read(write(table))) == table[1:]


@pytest.mark.parametrize("write", [as_xlsx, as_xls])
def test_e36_numbers_as_a_person_sees_them(write: type) -> None:
    table = [HEADER, [330304007201, 1897, 2020.1], [999901198506154321, 0.1 + 0.2, -3.0]]
    read_back = rows(read(write(table)))
    assert read_back[0] == ["330304007201", "1897", "2020.1"]
    assert read_back[1][1:] == ["0.3", "-3"]
    assert read_back[1][0].startswith("9.9990119850615"), "digits that were lost are not made up"


def test_e36_texts_keep_their_zeros() -> None:
    assert rows(read(as_xlsx([HEADER, ["001", "１８９７", "1897 "]]))) == [["001", "１８９７", "1897 "]]


def test_e62_a_comma_inside_quotes() -> None:
    table = [HEADER, ["1", "东村,西村", '他说"好"\r\n又一行']]
    assert rows(read(as_text(table))) == table[1:]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("trailing", [False, True])
def test_e62_separators_and_line_ends(end: str, separator: str, trailing: bool) -> None:
    raw = read(as_text(TABLE, "gb18030", separator, end, trailing=separator if trailing else ""))
    assert list(raw.header) == HEADER
    assert rows(raw) == TABLE[1:]


def test_e62_a_line_that_names_the_separator() -> None:
    assert rows(read(as_text(TABLE, separator=";", first="sep=;\r\n"))) == TABLE[1:]


def test_e62_html_under_the_name_of_a_workbook() -> None:
    assert rows(read(as_html(TABLE, "gb18030"))) == TABLE[1:]


def test_e62_an_archive_with_a_chinese_name() -> None:
    assert rows(read(as_zip({"村社名册.csv": as_text(TABLE, "gbk")}, "gbk"))) == TABLE[1:]


@pytest.mark.parametrize("write", [as_text, as_xlsx, as_xls, as_html])
def test_e63_what_would_run_elsewhere_is_text_here(write: type) -> None:
    table = [HEADER, ["1", '=HYPERLINK("x","y")', "<script>alert(1)</script>"], ["2", "长" * 30_000, "+1"]]
    assert rows(read(write(table))) == table[1:]
