"""The mess of cells, case by case: what a text stands for, or the reason it is set aside for. `docs/intake-cases.md`
lists all cases; those about files and headers are in `test_reading_cases.py`."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.sources.interpret import Interpretation
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.cases.deliveries import (
    MAN,
    MATTERS,
    OPINIONS,
    POSTS,
    PROFILE,
    VILLAGES,
    WOMAN,
    deliver,
    read_cell,
)

DAY = pd.Timestamp


def codes(read: Interpretation) -> list[tuple[int, str | None, str]]:
    return sorted((one.row, one.column, one.code) for one in read.rejects)


# --- names and characters ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["王䶮", "㛃红", "𠮷田", "𬤝军", "三垟喆"])
def test_e03_rare_characters_are_kept(name: str) -> None:
    assert read_cell(POSTS, "person_name", name) == name


@pytest.mark.parametrize("name", ["王?", "王？", "王□", "王(火火)", "王\ue000", "王\ufffd"])
def test_e03_a_stand_in_for_a_lost_character_is_set_aside(name: str) -> None:
    assert read_cell(POSTS, "person_name", name) == ["NAME_UNREADABLE"]


@pytest.mark.parametrize("text", ["锟斤拷锟斤拷村", "甲\ufffd村"])
def test_e05_what_two_wrong_decodings_left_is_set_aside(text: str) -> None:
    assert read_cell(VILLAGES, "village_name", text) == ["TEXT_GARBLED"]


def test_e06_kana_in_a_chinese_text_is_set_aside() -> None:
    assert read_cell(VILLAGES, "village_name", "基础！苯值拦の") == ["TEXT_GARBLED"]


@pytest.mark.parametrize("dot", "·•．・.‧∙")
def test_e08_every_middle_dot_is_one(dot: str) -> None:
    assert read_cell(POSTS, "person_name", f"阿依{dot}某某") == "阿依·某某"


@pytest.mark.parametrize("name", ["張三丰", "黃郞", "戶羣"])
def test_e09_traditional_and_variant_characters_stay_as_sent(name: str) -> None:
    assert read_cell(POSTS, "person_name", name) == name


def test_e10_full_width_and_compatibility_forms_are_plain_in_codes_and_keys() -> None:
    assert read_cell(POSTS, "village_code", "９９９９０１００１２０１") == "999901001201"
    assert read_cell(MATTERS, "matter_key", "ａ１ｂ 2c3") == "a1b2c3"
    assert read_cell(VILLAGES, "village_type", "城市 社区") == "community"
    assert deliver(MATTERS, {}, {"matter_key": "ａ1b2c3"}).rows_rejected == 1, "both spellings are one key"


@pytest.mark.parametrize("name", ["李　四", "李 四", " 李四 ", "李\u00a0四", "\u200b李四\u200d", "\ufeff李四"])
def test_e11_blanks_and_unseen_characters_are_no_part_of_a_name(name: str) -> None:
    assert read_cell(POSTS, "person_name", name) == "李四"


def test_e12_a_gloss_in_a_cell_is_not_cut_out() -> None:
    assert read_cell(POSTS, "position", "党组织書(shū)記") == ["UNKNOWN_CODE"]
    assert read_cell(POSTS, "person_name", "張(zhāng)三") == ["NAME_UNREADABLE"]


@pytest.mark.parametrize("text", ["张三（主任）", "张三*", "张三(新)", "张三 【副书记】※"])
def test_e13_a_known_note_is_split_off_and_said(text: str) -> None:
    read = deliver(POSTS, {"person_name": text})
    assert read.identities["person_name"].tolist() == ["张三"]
    assert [(one.code, one.column) for one in read.notes] == [("NAME_NOTE_LEFT_OUT", "姓名")]


@pytest.mark.parametrize("text", ["赵六、钱七", "赵六 钱七", "赵六/钱七", "赵六，钱七（主任）", "赵 六 钱 七"])
def test_e13_two_people_in_one_cell_are_set_aside(text: str) -> None:
    assert read_cell(POSTS, "person_name", text) == ["NAME_SEVERAL"]


@pytest.mark.parametrize("text", ["张三（又名张山）", "张三(大)", "张三1"])
def test_e13_any_other_note_is_not_cut_off(text: str) -> None:
    assert read_cell(POSTS, "person_name", text) == ["NAME_UNREADABLE"]


def test_e13_a_surname_of_two_characters_is_one_person() -> None:
    assert read_cell(POSTS, "person_name", "欧阳 建国") == "欧阳建国"


def test_e14_two_people_of_one_name_in_one_village_are_two() -> None:
    other = {"id_number": "999902199912310176", "birth_month": "1999-12"}
    assert len(deliver(POSTS, {"person_name": "张伟"}, {"person_name": "张伟", **other}).landed) == 2


# --- ID numbers --------------------------------------------------------------------------------------------------------


def test_e16_a_number_of_the_first_generation_gets_its_18_characters() -> None:
    assert read_cell(POSTS, "id_number", "999901780312001") == MAN
    assert read_cell(POSTS, "id_number", "999901780312997") == ["ID_CENTURY"]


@pytest.mark.parametrize(
    "text", ["'99990119780312001x", "999901-19780312-001X", "９９９９０１１９７８０３１２００１Ｘ", " 999901 19780312 001X"]
)
def test_e17_every_spelling_of_a_number_is_that_number(text: str) -> None:
    assert read_cell(POSTS, "id_number", text) == MAN


@pytest.mark.parametrize(
    ("text", "code"),
    [("999901196001010000", "ID_TRUNCATED"), ("999901196001010048", "ID_TRUNCATED"), ("9.99901E+17", "ID_SCIENTIFIC")],
)
def test_e18_what_a_spreadsheet_did_to_a_number_is_named(text: str, code: str) -> None:
    assert read_cell(POSTS, "id_number", text) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("999901198502290124", "ID_DATE"), ("999901196307152289", "ID_CHECK_DIGIT"), ("99990119600101004", "ID_LENGTH"),
        ("99990119780312O01X", "ID_CHARACTERS"),
    ],
)  # fmt: skip
def test_e19_each_fault_of_a_number_has_its_own_reason(text: str, code: str) -> None:
    assert read_cell(POSTS, "id_number", text) == [code]


def test_e20_a_number_that_contradicts_the_row_is_set_aside_and_overwrites_nothing() -> None:
    read = deliver(POSTS, {"id_number": WOMAN, "sex": "男", "birth_month": "1961.02"})
    assert codes(read) == [(2, "出生年月", "ID_CONFLICTS"), (2, "性别", "ID_CONFLICTS")]
    assert read.landed.empty
    assert read_cell(POSTS, "id_number", WOMAN, sex="女", birth_month="1960.01") == WOMAN
    assert read_cell(POSTS, "sex", "未说明") == "9", "not stated contradicts nothing"


@pytest.mark.parametrize("text", ["9999011978****001X", "999901********001X", "001X", "************001X", "999901XXXXXXXX001X"])
def test_e22_a_masked_or_partial_number_is_set_aside(text: str) -> None:
    assert read_cell(POSTS, "id_number", text) == ["ID_MASKED"]


def test_e23_a_row_without_a_number_is_nobody_in_particular() -> None:
    assert read_cell(OPINIONS, "id_number", "", person_name="东村村主任") == ["REQUIRED_MISSING"]


# --- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2020年5月1日", "2020-05-01", "20200501", "2020/5/1", "2020.5.1", "二〇二〇年五月一日", "2020年5月1号"]
)
def test_e24_a_day_in_every_form(text: str) -> None:
    assert read_cell(POSTS, "started_on", text) == DAY(2020, 5, 1)


@pytest.mark.parametrize(
    "text", ["1978.3", "1978年3月", "1978-03", "197803", "1978/3", "一九七八年三月", "1978年3月底", "1978-03-12"]
)
def test_e24_a_month_in_every_form(text: str) -> None:
    assert read_cell(POSTS, "birth_month", text) == DAY(1978, 3, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2020.5", "DATE_MONTH_ONLY"), ("2020年5月底", "DATE_MONTH_ONLY"), ("2020年", "DATE_YEAR_ONLY"),
        ("4月30日前", "DATE_IN_WORDS"), ("年底前", "DATE_IN_WORDS"), ("2020-02-30", "NOT_A_DATE"),
    ],
)  # fmt: skip
def test_e24_less_than_a_day_says_how_much_there_is(text: str, code: str) -> None:
    assert read_cell(POSTS, "started_on", text) == [code]


def test_e25_october_that_may_be_january_is_set_aside() -> None:
    assert read_cell(POSTS, "birth_month", "1978.1") == ["DATE_MONTH_UNSURE"]
    assert read_cell(POSTS, "birth_month", "1978.10", id_number="999901197810120018") == DAY(1978, 10, 1)


def test_e26_a_serial_number_that_arrives_as_text_has_no_epoch() -> None:
    assert read_cell(POSTS, "started_on", "44333") == ["DATE_SERIAL"]
    assert read_cell(POSTS, "birth_month", "28926") == ["DATE_SERIAL"]


@pytest.mark.parametrize("year", ["二〇二〇", "二○二○", "二O二O", "二零二零", "二Ｏ二０"])
def test_e27_every_zero_is_zero(year: str) -> None:
    assert read_cell(POSTS, "started_on", f"{year}年十月二十一日") == DAY(2020, 10, 21)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1963年腊月", "DATE_LUNAR"), ("2063-07-15", "ID_CONFLICTS"), ("2163-07", "DATE_OUT_OF_RANGE"),
        ("00.5", "DATE_SHORT_YEAR"), ("78.3", "DATE_SHORT_YEAR"),
    ],
)  # fmt: skip
def test_e28_lunar_dates_and_wrong_centuries_are_set_aside(text: str, code: str) -> None:
    assert read_cell(POSTS, "birth_month", text) == [code]


@pytest.mark.parametrize("age", ["42", "42岁", "42周岁", "四十二"])
def test_e29_a_typed_age_is_never_used(age: str) -> None:
    read = deliver(POSTS, {}, more={"年龄": age})
    assert [one.code for one in read.notes] == ["COLUMN_UNKNOWN"]
    assert "年龄" not in read.landed
    assert isinstance(read_cell(POSTS, "birth_month", age), list)


@pytest.mark.parametrize("text", ["2020-11-27 24:00", "2020-11-27 09:30:00", "2020年11月27日24:00", "2020-11-26T16:30:00Z"])
def test_e61_the_day_stands_as_written_and_offsets_are_brought_home(text: str) -> None:
    assert read_cell(MATTERS, "registered_on", text) == DAY(2020, 11, 27)


# --- numbers, units, marks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["100万", "100万元", "1000000", "1,000,000元", "一百万", "壹佰万元", "0.01亿元"])
def test_e33_money_with_its_unit_is_exact(text: str) -> None:
    assert read_cell(PROFILE, "collective_income", text) == 1_000_000


@pytest.mark.parametrize("text", ["500余万元", "约100万", "100万以上", "50-60万元", "近百万"])
def test_e33_a_number_that_is_not_exact_is_set_aside(text: str) -> None:
    assert read_cell(PROFILE, "collective_income", text) == ["NUMBER_INEXACT"]


@pytest.mark.parametrize("header", ["集体经济收入（万元）", "集体经济收入(单位：万元)"])
def test_e33_the_unit_of_the_header_counts(header: str) -> None:
    renamed = {"collective_income": header}
    read = deliver(PROFILE, {"collective_income": "12.3456"}, {"collective_income": "100万元", "village_code": "999901001202"},
                   {"collective_income": "100万", "village_code": "999901001203"}, renamed=renamed)  # fmt: skip
    assert read.landed["collective_income"].tolist() == [123456, 1_000_000]
    assert codes(read) == [(4, header, "NUMBER_UNIT")], "a bare multiple under another unit is not certain"


@pytest.mark.parametrize("header", ["集体经济收入（万美元）", "集体经济收入"])
def test_e33_an_unknown_unit_holds_the_delivery(header: str) -> None:
    with pytest.raises(Unreadable) as held:
        deliver(PROFILE, {}, renamed={"collective_income": header})
    assert (held.value.why.code, held.value.why.column) == ("UNIT_UNKNOWN", header)


def test_e32_a_header_is_known_by_its_aliases_only() -> None:
    assert len(deliver(POSTS, {}, renamed={"id_number": "身份证号", "village_code": "统计用区划代码"}).landed) == 1
    with pytest.raises(Unreadable) as held:
        deliver(PROFILE, {}, renamed={"collective_income": "集体经济收入（0"})
    assert held.value.why.code == "COLUMN_MISSING"


@pytest.mark.parametrize("text", ["1,897", "1897 ", "１８９７", "1897.0", "'1897"])
def test_e36_a_number_written_as_text_is_that_number(text: str) -> None:
    assert read_cell(VILLAGES, "population", text) == 1897


@pytest.mark.parametrize(
    ("text", "code"), [("3.30304E+11", "CODE_SCIENTIFIC"), ("99990100120", "CODE_LENGTH"), ("1", "CODE_LENGTH")]
)
def test_e36_a_code_is_never_padded_or_made_up(text: str, code: str) -> None:
    assert read_cell(VILLAGES, "village_code", text) == [code]


@pytest.mark.parametrize("text", ["无", "无。", "/", "—", "-", "N/A", "暂无", "null"])
def test_e37_none_is_neither_a_value_nor_zero(text: str) -> None:
    assert read_cell(POSTS, "ended_on", text) is None
    assert read_cell(VILLAGES, "population", text) == ["EMPTY_MARK"]
    assert read_cell(POSTS, "person_name", text) == ["EMPTY_MARK"]
    assert read_cell(OPINIONS, "conclusion", text) == ["EMPTY_MARK"], "no answer is no pass"
    assert read_cell(VILLAGES, "population", "0") == 0


@pytest.mark.parametrize("text", ["不详", "未知", "待定", "?"])
def test_e37_unknown_is_not_none(text: str) -> None:
    assert read_cell(POSTS, "ended_on", text) == ["VALUE_UNKNOWN"]
    assert read_cell(POSTS, "person_name", text) == ["VALUE_UNKNOWN"]
    assert read_cell(PROFILE, "difficulties", text) == text, "a text may say so"


@pytest.mark.parametrize("piece", [1, 2, 1000])
def test_e37_same_as_above_copies_the_row_above_across_pieces(piece: str) -> None:
    below = {"position": "村委会主任", "village_code": "同上", "education": "〃", "person_name": "同 上"}
    read = deliver(POSTS, {}, below, {**below, "position": "理事长"}, piece=int(piece))
    assert read.rejects == []
    assert read.landed["village_code"].tolist() == ["999901001201"] * 3
    assert read.identities["person_name"].tolist() == ["张三"] * 3


@pytest.mark.parametrize("piece", [1, 1000])
def test_e37_same_as_above_is_unclear_below_nothing_a_gap_or_what_cannot_be_read(piece: int) -> None:
    same = {"village_code": "同上"}
    first = deliver(POSTS, same, piece=piece)
    assert codes(first) == [(2, "村社代码", "DITTO_UNCLEAR")]
    gap = deliver(POSTS, {}, {**same, "position": "理事长"}, numbers=[2, 4], piece=piece)
    assert codes(gap) == [(4, "村社代码", "DITTO_UNCLEAR")]
    spoilt = deliver(POSTS, {"started_on": "年底前"}, {**same, "position": "理事长"}, {**same, "position": "主任"}, piece=piece)
    assert [code for _, _, code in codes(spoilt)] == ["DATE_IN_WORDS", "DITTO_UNCLEAR", "DITTO_UNCLEAR"]


@pytest.mark.parametrize("yes", ["是", "√", "✓", "有", "1", "Y", "已", "对", "True"])
def test_e38_yes_in_every_form(yes: str) -> None:
    assert read_cell(POSTS, "is_full_time", yes) is True or read_cell(POSTS, "is_full_time", yes) == True  # noqa: E712


@pytest.mark.parametrize("no", ["否", "×", "无", "0", "N", "未", "错", "false"])
def test_e38_no_in_every_form(no: str) -> None:
    assert deliver(POSTS, {"is_full_time": no}).landed["is_full_time"].tolist() == [False]


@pytest.mark.parametrize(
    ("text", "code"), [("", "REQUIRED_MISSING"), ("/", "EMPTY_MARK"), ("初次", "NOT_YES_NO"), ("2", "NOT_YES_NO")]
)
def test_e38_blank_is_not_no(text: str, code: str) -> None:
    assert read_cell(POSTS, "is_full_time", text) == [code]


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "########"])
def test_e35_a_failed_formula_is_no_value(text: str) -> None:
    assert read_cell(PROFILE, "residents", text) == ["ERROR_CELL"]
    assert read_cell(PROFILE, "difficulties", text) == ["ERROR_CELL"]


# --- code words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "code"),
    [("已办结", "answered"), ("办结", "answered"), ("已结案", "answered"), ("化解", "resolved"), ("息诉罢访", "resolved"),
     ("撤回", "withdrawn"), ("终结", "ended")],
)  # fmt: skip
def test_e49_words_for_a_state_and_resolved_is_not_answered(word: str, code: str) -> None:
    assert read_cell(MATTERS, "status", word) == code


def test_e49_a_word_for_two_states_is_set_aside() -> None:
    assert read_cell(MATTERS, "status", "结") == ["UNKNOWN_CODE"]


@pytest.mark.parametrize(
    ("word", "code"),
    [("无违纪违法记录", "NO_RECORD_FOUND"), ("未发现", "NO_RECORD_FOUND"), ("正在了解", "HOLD"), ("需进一步核实", "HOLD")],
)
def test_e50_conclusions_come_from_the_list(word: str, code: str) -> None:
    assert read_cell(OPINIONS, "conclusion", word) == code


@pytest.mark.parametrize("text", ["不宜", "经了解，未发现问题", "无", "正常"])
def test_e50_a_conclusion_in_free_words_is_set_aside(text: str) -> None:
    assert read_cell(OPINIONS, "conclusion", text) in (["UNKNOWN_CODE"], ["EMPTY_MARK"])


def test_e53_a_disposition_in_words_is_not_taken_apart() -> None:
    assert read_cell(OPINIONS, "conclusion", "党内严重警告（影响期至2021.6）") == ["UNKNOWN_CODE"]
    assert read_cell(OPINIONS, "influence_until", "2021.6") == ["DATE_MONTH_ONLY"]


@pytest.mark.parametrize(("word", "code"), [("本科", "21"), ("大学", "21"), ("函授本科", "21"), ("在职大专", "31")])
def test_e54_education_by_its_words(word: str, code: str) -> None:
    assert read_cell(POSTS, "education", word) == code


@pytest.mark.parametrize("word", ["大专在读", "30", "中专(高中)", "研究生"])
def test_e54_still_studying_bare_numbers_and_two_answers_are_set_aside(word: str) -> None:
    assert read_cell(POSTS, "education", word) == ["UNKNOWN_CODE"]


@pytest.mark.parametrize(("word", "code"), [("党员", "01"), ("预备", "02"), ("群众", "13"), ("群众(已交申请)", "13")])
def test_e55_political_status_by_its_words(word: str, code: str) -> None:
    assert read_cell(POSTS, "political_status", word) == code


def test_e55_an_activist_may_be_a_league_member_or_not() -> None:
    assert read_cell(POSTS, "political_status", "积极分子") == ["UNKNOWN_CODE"]
