"""Headers in other words: what is the same, what is only probably meant, and what is somebody else's."""

from __future__ import annotations

from collections import Counter

import pytest

from pipelines.sources.contract import load_catalog
from pipelines.sources.headers import header_words, in_multiple, is_serial, normal_header, synonyms_by_column
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.cases.deliveries import MATTERS, POSTS, PROFILE, VILLAGES, contract, deliver


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("姓名（必填）", "姓名"), ("*姓名", "姓名"), ("姓名*", "姓名"), ("＊姓名", "姓名"), ("1.姓名", "姓名"),
        ("(1)姓名", "姓名"), ("①姓名", "姓名"),
        ("姓名①", "姓名"), ("一、姓名", "姓名"), ("姓\n名", "姓名"), ("姓　名：", "姓名"), ("【必填】姓名", "姓名"),
        ("姓名[必填]", "姓名"), ("姓名-必填", "姓名"),
        ("\ufeff姓名\u200b", "姓名"), ('="姓名"', "姓名"), ("“姓名”", "姓名"), ("`姓名", "姓名"),
        ("出生年月（填到月）", "出生年月"),
        ("出生年月\n（岁）", "出生年月"), ("出生年月（如1978.03）", "出生年月"), ("身份证号（18位）", "身份证号"),
        ("是否专职（是/否）", "是否专职"),
        ("运转经费（万元，必填）", "运转经费(万元)"), ("*运转经费（元）（必填）", "运转经费(元)"),
        ("免职日期（在任不填）", "免职日期"),
    ],
)  # fmt: skip
def test_what_only_says_how_to_fill_it_in_is_no_part_of_a_header(header: str, plain: str) -> None:
    assert normal_header(header) == plain


@pytest.mark.parametrize(
    "header",
    ["姓名（配偶）", "姓名（填配偶姓名）", "姓名1", "2姓名", "村（居）民代表数", "登记选民数/应到会党员数",
    "运转经费（元）", "职务（2017年前）", "*", "()"]
)
def test_what_says_more_stays_in_a_header(header: str) -> None:
    assert normal_header(header) == header.replace("（", "(").replace("）", ")")


def test_no_two_headers_of_a_contract_are_the_same_one() -> None:
    for one in load_catalog().values():
        words = [word for column in one.columns for word in (*column.own_names, *column.synonyms)]
        same = [word for word, count in Counter(map(normal_header, words)).items() if count > 1]
        assert not same, one.name
        assert not {normal_header(word) for word in one.ignored} & {normal_header(word) for word in words}, one.name


def test_every_synonym_is_of_a_header_of_the_catalog() -> None:
    headers = {header for one in load_catalog().values() for column in one.columns for header in column.headers}
    assert set(header_words()["synonyms"]) <= headers


def test_a_word_for_two_columns_or_for_another_one_is_nobodys() -> None:
    columns = {"a": (("任职日期", "a"), "date"), "b": (("任职时间", "b"), "date"), "c": (("学历",), "code")}
    assert synonyms_by_column(columns, ["文化程度"])["a"] == ("任职起始日期", "任职开始日期", "任现职日期", "起任日期",
                                                         "任职起始时间", "任职开始时间", "任现职时间",
                                                         "起任时间")  # fmt: skip
    assert "文化程度" not in synonyms_by_column(columns, ["文化程度"])["c"]


@pytest.mark.parametrize(
    "renamed",
    [
        {"id_number": "身份证号码"}, {"id_number": "*居民身份证号码"}, {"education": "文化程度"},
        {"birth_month": "出生日期"}, {"political_status": "政治面目"},
        {"started_on": "任职时间"}, {"ended_on": "离任时间（在任不填）"}, {"village_code": "村（社区）代码"},
        {"person_name": "1、姓名", "sex": "2、性别"},
    ],
)  # fmt: skip
def test_e32_words_that_mean_the_same_to_every_reader(renamed: dict[str, str]) -> None:
    read = deliver(POSTS, {}, renamed=renamed)
    assert (len(read.landed), read.rejects, read.notes) == (1, [], [])


def test_e32_an_own_header_comes_before_another_word_for_it() -> None:
    read = deliver(POSTS, {}, more={"文化程度": "初中", "身份证号码": "x"})
    assert read.landed["education"].tolist() == ["31"]
    (note,) = read.notes
    assert (note.code, note.column) == ("COLUMN_UNKNOWN", "第14列、第15列")


def test_e32_two_other_words_are_not_certain() -> None:
    with pytest.raises(Unreadable) as held:
        deliver(POSTS, {}, renamed={"education": "文化程度"}, more={"学历层次": "初中"})
    assert held.value.why.code == "HEADER_REPEATED"


def test_e32_what_is_missing_is_named_at_once_and_what_is_meant_is_asked() -> None:
    with pytest.raises(Unreadable) as held:
        deliver(POSTS, {},
            renamed={"education": "文化水平", "sex": "男/女", "started_on": "任职起", "person_name": "张三的姓名"})
    why = held.value.why
    assert (why.code, why.column) == ("COLUMN_MISSING", "姓名、性别、学历、任职日期")
    assert "第1列的表头是否指“姓名”？" in why.zh and "第9列的表头是否指“任职日期”？" in why.zh
    assert "张三" not in why.zh + why.en + why.fix_zh, "a header that nobody agreed on may hold a name"


def test_e32_without_a_likely_header_none_is_proposed() -> None:
    with pytest.raises(Unreadable) as held:
        deliver(MATTERS, {}, renamed={"matter_key": "abc"})
    assert held.value.why.zh == "缺少列“事项代号”"


def test_a_forbidden_header_is_known_in_any_dress() -> None:
    for header in ("*手机号码", "联系电话（必填）", "1.家庭住址", "\ufeff微信号"):
        read = deliver(POSTS, {}, more={header: "16000000001"})
        assert (read.values_redacted, read.notes) == (1, [])


def test_many_columns_that_nobody_agreed_on_are_one_note() -> None:
    read = deliver(VILLAGES, {}, more={f"甲{place}": "x" for place in range(300)})
    (note,) = read.notes
    assert note.column == "第13列、第14列、第15列、第16列、第17列等300列"


def test_units_and_running_numbers() -> None:
    assert in_multiple("运转经费（万元）", frozenset({"运转经费(元)"}))
    assert not in_multiple("运转经费（张三）", frozenset({"运转经费(元)"}))
    assert not in_multiple("运转经费（元）", frozenset({"运转经费(元)"}))
    assert all(map(is_serial, ["序号", "序 号", "NO.", "*序号"])) and not is_serial("编号")
    assert deliver(PROFILE, {"collective_income": "12"},
        renamed={"collective_income": "*集体经济收入（万元，必填）"}).landed[
        "collective_income"
    ].tolist() == [120_000]
    assert contract(POSTS).column("education").synonyms
