"""Rows that are no records are left out and counted; no record is taken for one."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import RawTable, read_table
from pipelines.sources.reading.no_records import is_no_record
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_html, as_text, as_xls, as_xlsx

HEADER = ["序号", "姓名", "公民身份号码", "村社代码", "职务", "性别", "村社名称", "备注"]
KNOWN = frozenset(HEADER)
RECORD = ["1", "张三", "99990119780312001X", "999901001201", "书记", "男", "东村", ""]
BLANK = [""] * len(HEADER)


def line(**cells: str) -> list[str]:
    return [cells.get(name, "") for name in HEADER]


def read(*rows: list[str], write: type = as_text, **more: object) -> RawTable:
    return read_table(write([HEADER, *rows], **more), KNOWN)


def seen(raw: RawTable) -> tuple[list[int], list[str]]:
    return raw.whole().index.tolist(), [note.code for note in raw.notes]


@pytest.mark.parametrize("write", [as_text, as_xlsx, as_xls, as_html])
@pytest.mark.parametrize(
    "row",
    [
        line(序号="2"), line(序号="2."), line(序号="（2）"), line(序号="二"), line(姓名="此行为空"),
        line(序号="3", 姓名="本行空白"), line(姓名="（以下空白）"),
        line(序号="以下空白"), line(备注="以下无正文"), line(序号="……"), line(序号="第1页，共2页"),
        line(姓名="西溪街道"), line(姓名="西溪街道办事处"),
        line(姓名="东溪社区"), line(序号="甲镇"), line(序号="一、甲镇"), line(序号="一", 姓名="西溪街道"),
        line(姓名="甲镇（2人）"), line(姓名="甲镇："),
        line(公民身份号码="甲乡"), line(姓名="甲乙丙丁镇"), line(序号="甲镇（共2个村）"),
        line(序号="一、", 姓名="西溪街道"), line(姓名="——以下空白——"),
    ],
)  # fmt: skip
def test_a_row_without_a_record_is_left_out_and_counted(row: list[str], write: type) -> None:
    raw = read(RECORD, RECORD, RECORD, row, write=write)
    assert seen(raw) == ([2, 3, 4], ["NO_RECORDS_LEFT_OUT"])
    assert raw.notes[0].row == 5 and "有1行" in raw.notes[0].zh


@pytest.mark.parametrize(
    "row",
    [
        line(姓名="王五"), line(姓名="甲镇"), line(姓名="王小镇"), line(姓名="李村"), line(村社名称="东溪村"),
        line(村社名称="西溪街道"), line(序号="2", 姓名="王五"),
        line(序号="2", 村社代码="999901001202"), line(村社名称="东溪村", 备注="暂缺"), line(备注="空缺一名"),
        line(姓名="合计", 公民身份号码="x", 职务="书记", 性别="男", 村社名称="东村"),
        line(姓名="共计", 职务="书记", 性别="男", 村社代码="999901001202", 村社名称="东村", 公民身份号码="y"),
        line(姓名="街道"),
    ],
)  # fmt: skip
def test_what_may_be_a_record_with_cells_missing_stays(row: list[str]) -> None:
    raw = read(RECORD, RECORD, RECORD, row)
    assert seen(raw) == ([2, 3, 4, 5], [])


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_html])
def test_a_cell_merged_over_the_table_is_no_record(write: type) -> None:
    raw = read(line(序号="甲镇"), RECORD, line(序号="以上为新任"), RECORD, write=write,
        merges=[(1, 0, 1, 7), (3, 0, 3, 7)])
    numbers, codes = seen(raw)
    assert numbers == [3, 5]
    assert "NO_RECORDS_LEFT_OUT" in codes


@pytest.mark.parametrize(
    "row",
    [
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）", "（8）"],
        ["1", "2", "3", "4", "5", "6", "7", "8"], ["栏次", "1", "2", "3", "4", "5", "6", "7"],
        ["甲", "乙", "1", "2", "3", "4", "5", "6"], ["", *["必填"] * 5, "选填", "选填"],
        line(序号="示例", 姓名="张某", 职务="书记", 性别="男", 村社代码="1"),
    ],
)  # fmt: skip
def test_what_explains_the_columns_below_the_header_is_left_out(row: list[str]) -> None:
    assert seen(read(row, RECORD)) == ([3], ["NO_RECORDS_LEFT_OUT"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("合计：3人", ["SUBTOTALS_LEFT_OUT"]), ("共3人", ["SUBTOTALS_LEFT_OUT"]),
        ("总计 3 名，其中女1名", ["SUBTOTALS_LEFT_OUT"]),
        ("合计：2人", ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),
        ("合计：三人", ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]),
        ("合计：5,030元", ["SUBTOTALS_LEFT_OUT", "SUBTOTALS_UNCHECKED"]), ("甲镇小计：3个村", ["SUBTOTALS_LEFT_OUT"]),
    ],
)  # fmt: skip
def test_how_many_there_are_in_one_cell(text: str, codes: list[str]) -> None:
    assert seen(read(RECORD, RECORD, RECORD, line(姓名=text))) == ([2, 3, 4], codes)
    assert seen(read(RECORD, RECORD, RECORD, line(序号=text))) == ([2, 3, 4], codes)


@pytest.mark.parametrize(
    "row",
    [
        line(序号="填表人：某某", 职务="审核人：某某"),
        line(公民身份号码="单位负责人：某某", 备注="填报日期：2020年12月1日"),
        line(姓名="填表人", 公民身份号码="某某", 职务="审核人", 性别="某某"),
        line(姓名="填表人 某某", 备注="审核人 某某"), line(备注="单位（盖章）"),
        line(姓名="单位（公章）：", 职务="经办人签字："), line(序号="单位负责人：某某  审核人：某某  填表人：某某"),
        ["单位：甲局", "负责人：某某", "审核人：某某", "填表人：某某", "联系人：某某", "联系电话：1",
        "填报日期：2020.12.1", "备注：无"],
    ],
)  # fmt: skip
def test_signatures_in_any_cell(row: list[str]) -> None:
    assert seen(read(RECORD, RECORD, RECORD, row)) == ([2, 3, 4], ["FOOTERS_LEFT_OUT"])


def test_below_the_end_there_are_only_more_of_these_rows() -> None:
    tail = [line(姓名="以下空白"), line(序号="4"), BLANK, line(序号="5"), line(姓名="合计：1人"),
        line(姓名="填表人：某某"), line(姓名="2020年12月1日")]
    assert seen(read(RECORD, *tail)) == ([2], ["SUBTOTALS_LEFT_OUT", "FOOTERS_LEFT_OUT", "NO_RECORDS_LEFT_OUT"])
    with pytest.raises(Unreadable) as held:
        read(RECORD, line(姓名="以下空白"), RECORD).whole()
    assert (held.value.why.code, held.value.why.row) == ("ROWS_AFTER_FOOTER", 4)


def test_rows_far_down_in_columns_are_found() -> None:
    rows = [[str(place), *RECORD[1:]] for place in range(200)]
    raw = read(*rows[:100], line(姓名="西溪街道"), *rows[100:], line(序号="201"), line(序号="202"))
    numbers, codes = seen(raw)
    assert (len(numbers), codes) == (200, ["NO_RECORDS_LEFT_OUT"])
    assert "有3行" in raw.notes[0].zh


def test_a_total_of_a_column_in_a_multiple_of_its_unit_is_named_by_its_header() -> None:
    with pytest.raises(Unreadable) as held:
        read_table(as_text([["村名", "经费（万元）"], ["东村", "1"], ["西村", "2"], ["合计", "9"]]),
            frozenset({"村名", "经费（元）"})).whole()
    assert held.value.why.column == "经费（万元）"


def test_a_row_of_nothing_but_a_name_is_no_group_where_names_stand() -> None:
    assert not is_no_record(["", "李村"], ["序号", "姓名"], below_header=9, spans=False)
    assert is_no_record(["", "李村"], ["序号", "姓名"], below_header=9, spans=True)
