"""What a reader reads with certainty in a cell, beside what only looks like it: open ends, births with an age, years, money,
percent, weekdays, guards."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from pipelines.sources.columns.marks import marks
from pipelines.sources.contract import Column, load_catalog
from pipelines.sources.interpret import interpret
from tests.unit.sources.cases.deliveries import (
    MAN,
    MATTERS,
    POSTS,
    PROFILE,
    ROWS,
    VILLAGES,
    contract,
    headers_of,
    read_cell,
    table,
)

CHANGES, FUNDS = "civil_affairs__village_changes", "organisation__village_funds"
CHANGE = {"change_no": "B1", "kind": "拆分", "effective_on": "2020-11-01", "old_code": "999901001201",
    "new_code": "999901001202"}
FUND = {"village_code": "999901001201", "fund_year": "2020", "operating_funds": "5000"}


def cell(dataset: str, right: dict[str, str], column: str, text: str, day: date | None = None,
    header: str | None = None) -> Any:
    """What a cell of a row is read as, or the codes it is set aside for."""
    headers = {**headers_of(dataset), **({column: header} if header else {})}
    row = dict.fromkeys(headers, "") | right | {column: text}
    read = interpret(table([*headers.values()], [[*row.values()]]), contract(dataset), allow_unassigned_area=True,
        day=day)
    if read.rejects:
        return sorted({reject.code for reject in read.rejects})
    value = read.landed[column].iloc[0]
    return None if pd.isna(value) else value


@pytest.mark.parametrize("text",
    ["至今", "在任", "现任", "至现在", "至 今", "（至今）", "在职", "未免", "今", '="至今"', "—", "/"])
def test_a_post_that_is_held_has_no_end(text: str) -> None:
    assert read_cell(POSTS, "ended_on", text) is None


@pytest.mark.parametrize("text", ["已离任", "2019年至今", "长期", "未办结", "年底", "连任"])
def test_other_words_are_no_open_end_of_a_post(text: str) -> None:
    assert isinstance(read_cell(POSTS, "ended_on", text), list)


@pytest.mark.parametrize("text", ["至今", "在任", "现任", "现在"])
def test_only_an_end_may_be_open(text: str) -> None:
    assert isinstance(read_cell(POSTS, "started_on", text), list)
    assert isinstance(read_cell(POSTS, "birth_month", text), list)
    assert isinstance(read_cell(VILLAGES, "established_on", text), list)


def test_each_end_has_words_of_its_own() -> None:
    assert read_cell(MATTERS, "closed_on", "未办结") is None
    assert read_cell(VILLAGES, "abolished_on", "现存") is None
    assert isinstance(read_cell(VILLAGES, "abolished_on", "在任"), list)


def test_the_contract_says_of_every_end_that_is_empty_while_open_of_what_it_is() -> None:
    for one in load_catalog().values():
        for column in one.columns:
            empty_while_open = column.type == "date" and re.search(r"（(?:未\S+|在任|现存|长期)为空）", column.zh)
            assert column.open_end is not None or not empty_while_open, f"{one.name}.{column.name}"
            assert column.open_end is None or marks().until_now[column.open_end]
    for wrong in ({"type": "text"}, {"required": True}):
        with pytest.raises(ValueError, match="open_end"):
            Column(**{"name": "c", "headers": ("列",), "type": "date", "required": False, "zh": "列", "en": "c",
                "open_end": "held", **wrong})


@pytest.mark.parametrize(
    "text",
    [
        "1978.03（42岁）", "1978.03\n（42岁）", "1978.03(42周岁)", "1978.03 42岁", "1978.03 （ 43 岁 ）",
        "1978年3月生", "1978年3月出生", "1978.03.12生",
        "1978.03(42)", "一九七八年三月生", "１９７８．０３", "1978、03", "1978。3", "1978·03", "1978，03",
        "1978 03", "1978-03-12出生（满42岁）", "1978.03。",
    ],
)  # fmt: skip
def test_a_month_of_birth_with_what_stands_beside_it(text: str) -> None:
    assert cell(POSTS, ROWS[POSTS], "birth_month", text, date(2020, 12, 3)) == pd.Timestamp(1978, 3, 1)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1978.03（32岁）", ["AGE_CONFLICTS"]), ("1978.03(24)", ["AGE_CONFLICTS"]),
        ("1978.1（42岁）", ["DATE_MONTH_UNSURE"]), ("42岁", ["NOT_A_MONTH"]),
        ("1978年生", ["DATE_YEAR_ONLY"]), ("1978.03（农历）", ["DATE_LUNAR"]), ("1978.03-1979.04", ["NOT_A_MONTH"]),
        ("生", ["NOT_A_MONTH"]),
        ("1978.03.12.5", ["NOT_A_MONTH"]), ("1978.0342岁", ["NOT_A_MONTH"]),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_month_of_birth(text: str, codes: list[str]) -> None:
    assert cell(POSTS, ROWS[POSTS], "birth_month", text, date(2020, 12, 3)) == codes


def test_an_age_is_compared_where_the_day_is_known_and_never_read() -> None:
    assert cell(POSTS, ROWS[POSTS], "birth_month", "1978.03（32岁）") == pd.Timestamp(1978, 3, 1)
    assert cell(POSTS, ROWS[POSTS], "birth_month", "1978.03（41岁）", date(2020, 2, 1)) == pd.Timestamp(1978, 3, 1)
    assert cell(POSTS, ROWS[POSTS], "birth_month", "1978.03（44岁）", date(2020, 2, 1)) == ["AGE_CONFLICTS"]


def test_only_a_month_of_birth_has_an_age() -> None:
    assert isinstance(read_cell(POSTS, "started_on", "2017年4月1日生"), list)
    assert isinstance(read_cell(POSTS, "started_on", "2017-04-01（42岁）"), list)


@pytest.mark.parametrize(
    "text",
    [
        "2020年12月3日星期四", "2020/12/3 周四", "2020-12-03（星期四）", "2020-12-03(周四)", "星期四 2020-12-03",
        "二〇二〇年十二月三日 礼拜四", "2020/12/3 星期四 9:30:00",
        "2020．12．03", "2020。12。3", "2020、12、03", "2020，12，03", "2020 12 03", "２０２０－１２－０３",
        "2020—12—03", "2020年12月03日。", "\u200e2020/12/3",
    ],
)  # fmt: skip
def test_a_day_with_its_weekday_or_other_signs(text: str) -> None:
    assert read_cell(MATTERS, "registered_on", text) == pd.Timestamp(2020, 12, 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2020年12月3日星期五", "DATE_WEEKDAY"), ("2020/12/3 周日", "DATE_WEEKDAY"),
        ("2020年12月星期四", "DATE_WEEKDAY"), ("星期四", "NOT_A_DATE"),
        ("2020/12/3-4", "NOT_A_DATE"), ("2020-12-03 2020-12-04", "NOT_A_DATE"), ("20,201,203", "NOT_A_DATE"),
        ("2020年第1周", "NOT_A_DATE"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day(text: str, code: str) -> None:
    assert read_cell(MATTERS, "registered_on", text) == [code]


@pytest.mark.parametrize("text",
    ["2020年", "2020年度", "2020 年", "２０２０年份", "二〇二〇年", "2020", "2020.0", "'2020年", '="2020"'])
def test_a_year(text: str) -> None:
    assert cell(FUNDS, FUND, "fund_year", text) == 2020


@pytest.mark.parametrize("text",
    ["2020-2021年度", "2020年上半年", "20年", "2020年12月", "近2020年", "2020年年", "2020届"])
def test_what_is_more_or_less_than_a_year(text: str) -> None:
    assert isinstance(cell(FUNDS, FUND, "fund_year", text), list)


def test_other_whole_numbers_are_no_years() -> None:
    assert read_cell(VILLAGES, "population", "2020年") == ["NUMBER_UNIT"]


@pytest.mark.parametrize("text", ["100户", "100 户", "1,00０户".replace("1,00０", "100"), "一百户"])
def test_a_number_may_name_what_it_counts(text: str) -> None:
    assert read_cell(VILLAGES, "households", text) == 100


def test_a_number_does_not_count_anything_else() -> None:
    assert read_cell(VILLAGES, "households", "100人") == ["NUMBER_UNIT"]
    assert read_cell(VILLAGES, "population", "100户") == ["NUMBER_UNIT"]
    assert read_cell(VILLAGES, "population", "1100人") == 1100
    assert read_cell(VILLAGES, "population", "1100余人") == ["NUMBER_INEXACT"]


@pytest.mark.parametrize(
    "text",
    [
        "￥5,030.00", "¥5030", "￥ 5030元", "5030元整", "伍仟零叁拾元整", "伍仟零叁拾圆整", "RMB5030",
        "rmb 5,030.00", "人民币5030元", "CNY5030.00", "5，030", "5030（元）",
        "`5030", '="5,030.00"', "0.503万元", "￥0.503万元",
    ],
)  # fmt: skip
def test_an_amount_in_yuan(text: str) -> None:
    assert cell(FUNDS, FUND, "operating_funds", text) == 5030


@pytest.mark.parametrize("text",
    ["$5030", "US$5030", "5.030,00", "50,30", "5030/6030", "5030（含奖金）", "￥", "￥￥5030", "约￥5030",
    "5030美元", "5030整"])
def test_what_is_no_certain_amount(text: str) -> None:
    assert isinstance(cell(FUNDS, FUND, "operating_funds", text), list)


def test_the_sign_of_the_currency_under_another_unit_is_not_certain() -> None:
    header = "运转经费（万元）"
    assert cell(FUNDS, FUND, "operating_funds", "￥50.3", header=header) == ["NUMBER_UNIT"]
    assert cell(FUNDS, FUND, "operating_funds", "￥50.3万元", header=header) == 503_000
    assert cell(FUNDS, FUND, "operating_funds", "￥503000元", header=header) == 503_000
    assert cell(FUNDS, FUND, "operating_funds", "50.3", header=header) == 503_000


@pytest.mark.parametrize("text", ["60%", "60％", "60 %", "60.0%", "60", "百分之六十", "百分之60"])
def test_a_percentage(text: str) -> None:
    assert cell(CHANGES, CHANGE, "share_percent", text) == 60


@pytest.mark.parametrize("text", ["60%左右", "六成", "60‰", "60万%", "百分之", "60%%", "%60", "160%"])
def test_what_is_no_certain_percentage(text: str) -> None:
    assert isinstance(cell(CHANGES, CHANGE, "share_percent", text), list)


def test_a_share_of_one_is_one_percent_as_the_header_says() -> None:
    assert cell(CHANGES, CHANGE, "share_percent", "0.6") == 0.6


@pytest.mark.parametrize(
    ("text", "code"),
    [("中共党员（预备）", "02"), ("中共党员(预备党员)", "02"), ("党员（预备）", "02"), ("预备期党员", "02"),
    ("中共正式党员", "01"), ("共青团", "03")],
)
def test_words_for_a_political_status(text: str, code: str) -> None:
    assert read_cell(POSTS, "political_status", text) == code


@pytest.mark.parametrize("text", ["中共党员（已除名）", "党员（拟发展）", "党员/群众", "无党派"])
def test_words_that_are_no_political_status(text: str) -> None:
    assert read_cell(POSTS, "political_status", text) == ["UNKNOWN_CODE"]


@pytest.mark.parametrize("guard",
    ['="{}"', "'{}", "`{}", "`{}`", "’{}", "\t{}", '"{}"', "“{}”", "＝＂{}＂", "{}\x00\x00", "\x00{}",
    "\u202d{}\u202c"])
def test_a_guard_is_no_part_of_any_value(guard: str) -> None:
    for column, text, value in (
        ("village_code", "999901001201", "999901001201"), ("id_number", MAN, MAN), ("person_name", "张三", "张三"),
        ("position", "书记", "P1"),
        ("is_full_time", "是", True), ("term_year", "2020", 2020),
        ("started_on", "2017-04-01", pd.Timestamp(2017, 4, 1)),
    ):  # fmt: skip
        assert read_cell(POSTS, column, guard.format(text)) == value, column
    assert read_cell(MATTERS, "matter_key", guard.format("001")) == "001"
    assert read_cell(VILLAGES, "village_name", guard.format("甲溪村")) == "甲溪村"


@pytest.mark.parametrize("text", ['="99990100120"&"1"', '=999901001201', "=A1", "'9999'01001201", '="9999""01001201"'])
def test_a_real_formula_is_no_guard(text: str) -> None:
    assert isinstance(read_cell(POSTS, "village_code", text), list)


def test_in_prose_quotation_marks_are_what_was_written() -> None:
    for text in ("“四议两公开”", '"四议两公开"', "'村道'", "`x", "‘甲’"):
        assert read_cell(PROFILE, "difficulties", text) == text
    assert read_cell(PROFILE, "difficulties", '="四议两公开"') == "四议两公开"
    assert read_cell(VILLAGES, "village_name", "甲“溪”村") == "甲“溪”村"


@pytest.mark.parametrize("sign", ["\x07", "\x0b", "\x1c", "\x85", "\x9b", "\u202e", "\u2067", "\u2028"])
def test_what_steers_how_others_are_shown_is_in_no_value(sign: str) -> None:
    for column, text in (("village_code", "999901001201"), ("id_number", MAN), ("position", "书记"),
        ("started_on", "2017-04-01"), ("person_name", "张三")):
        spoilt = f"{text[:1]}{sign}{text[1:]}"
        assert isinstance(read_cell(POSTS, column, spoilt), list), column
    assert read_cell(VILLAGES, "village_name", f"甲{sign}溪村") == ["TEXT_CONTROL"]


def test_a_turned_direction_around_a_number_shows_another_one() -> None:
    assert read_cell(VILLAGES, "population", "\u202e1021\u202c") == ["NOT_AN_INTEGER"]
    assert read_cell(VILLAGES, "population", "\u200e1021\u200e") == 1021


def test_an_accusation_in_a_guard_is_dropped_too() -> None:
    names = headers_of(MATTERS)
    rows = [dict.fromkeys(names, "") | ROWS[MATTERS] | {"matter_key": f"k{place}", "category": text}
            for place, text in enumerate(['="检举控告类"', "`检举控告类", "'检举控告类", "申诉求决类"])]  # fmt: skip
    read = interpret(table([*names.values()], [[*row.values()] for row in rows]), contract(MATTERS))
    assert read.landed["matter_key"].tolist() == ["k3"]
