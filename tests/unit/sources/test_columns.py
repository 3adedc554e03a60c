"""Each column type's one way of being read, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.columns import PERSONAL_NUMBER, read_column
from pipelines.sources.columns.dates import parse_birth
from pipelines.sources.contract import Column, ColumnType


def column(kind: str, **more: Any) -> Column:
    identity = kind in ("person_name", "phone", "email", "id_number")
    return Column(name="c", headers=("列",), type=kind, required=False, zh="列", en="column", identity=identity, **more)  # type: ignore[arg-type]


def read(one: Column, *texts: str) -> tuple[list[Any], list[Any]]:
    typed = read_column(one, pd.Series(texts, dtype="str"), allow_unassigned_area=True)
    values = [None if pd.isna(value) else value for value in typed.values]
    return values, [None if pd.isna(code) else code for code in typed.problems]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2020-11-27", pd.Timestamp(2020, 11, 27)),
        ("date", "2020/5/1", pd.Timestamp(2020, 5, 1)),
        ("date", "2020.5.1", pd.Timestamp(2020, 5, 1)),
        ("date", "2020年11月7日", pd.Timestamp(2020, 11, 7)),
        ("date", "二〇二〇年五月一日", pd.Timestamp(2020, 5, 1)),
        ("date", "20200501", pd.Timestamp(2020, 5, 1)),
        ("date", "２０２０－０５－０１", pd.Timestamp(2020, 5, 1)),
        ("date", "2020-05-01 00:00:00", pd.Timestamp(2020, 5, 1)),
        ("month", "1978.03", pd.Timestamp(1978, 3, 1)),
        ("month", "1978年3月", pd.Timestamp(1978, 3, 1)),
        ("month", "1978.5", pd.Timestamp(1978, 5, 1)),
        ("month", "1978-03-12", pd.Timestamp(1978, 3, 1)),
        ("month", "197803", pd.Timestamp(1978, 3, 1)),
        ("month", "1978-03-01", pd.Timestamp(1978, 3, 1)),
        ("integer", "1,897", 1897),
        ("integer", " １８９７ ", 1897),
        ("decimal", "1,250,000.50", 1250000.5),
        ("boolean", "是", True),
        ("boolean", "否", False),
        ("village_code", "３３０３０４００１００２", "330304001002"),
        ("own_id", " M16000000001abcde ", "M16000000001abcde"),
        ("own_id", "V0123456789ab", "V0123456789ab"),
        ("person_name", "张　三", "张三"),
        ("person_name", "阿依•古丽", "阿依·古丽"),
        ("person_name", "𠮷田", "𠮷田"),
        ("text", "主要困难：缺少活动场所，收入12345元", "主要困难：缺少活动场所，收入12345元"),
    ],
)
def test_read(kind: str, text: str, value: Any) -> None:
    assert read(column(kind), text) == ([value], [None])


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("date", "2020-02-30", "NOT_A_DATE"),
        ("date", "2020-11-26 14:00-15:00", "NOT_A_DATE"),
        ("date", "2020-11-2①", "NOT_A_DATE"),
        ("integer", "100①", "NOT_AN_INTEGER"),
        ("integer", "10²", "NOT_AN_INTEGER"),
        ("integer", "3\n5", "NOT_AN_INTEGER"),
        ("decimal", "12 3.5", "NOT_A_NUMBER"),
        ("date", "2020.5", "DATE_MONTH_ONLY"),
        ("date", "44333", "DATE_SERIAL"),
        ("date", "1063-07-15", "DATE_OUT_OF_RANGE"),
        ("month", "2020.1", "DATE_MONTH_UNSURE"),
        ("month", "1978-13", "NOT_A_MONTH"),
        ("month", "2020-02-30", "NOT_A_MONTH"),
        ("integer", "12.5", "NOT_AN_INTEGER"),
        ("integer", "1,89", "NOT_AN_INTEGER"),
        ("integer", "约100", "NUMBER_INEXACT"),
        ("decimal", "100万", "NUMBER_UNIT"),
        ("decimal", "1.234", "NUMBER_DECIMALS"),
        ("decimal", "0.333333333333333", "NUMBER_DECIMALS"),
        ("decimal", "#NUM!", "ERROR_CELL"),
        ("boolean", "初次", "NOT_YES_NO"),
        ("village_code", "33030400100", "CODE_LENGTH"),
        ("village_code", "3.30304E+11", "CODE_SCIENTIFIC"),
        ("own_id", "P16000000001", "NOT_AN_OWN_ID"),
        ("own_id", "P999901780312001", "NOT_AN_OWN_ID"),
        ("own_id", "P99990119780312001X", "NOT_AN_OWN_ID"),
        ("own_id", "16000000001abcdef", "NOT_AN_OWN_ID"),
        ("own_id", "张三", "NOT_AN_OWN_ID"),
        ("person_name", "张三（又名张山）", "NAME_UNREADABLE"),
        ("person_name", "赵六、钱七", "NAME_SEVERAL"),
        ("person_name", "王?", "NAME_UNREADABLE"),
        ("phone", "办公室", "NOT_A_PHONE"),
        ("email", "d01", "NOT_AN_EMAIL"),
        ("text", "请联系16000000001处理", "PERSONAL_NUMBER"),
        ("text", "证号99990119780312001X", "PERSONAL_NUMBER"),
        ("text", "证号 999901780312001。", "PERSONAL_NUMBER"),
        ("text", "证号 999901 19780312 001X", "PERSONAL_NUMBER"),
        ("text", "联系１６０００００００１２", "PERSONAL_NUMBER"),
        ("text", "wx16000000001", "PERSONAL_NUMBER"),
        ("text", "电话0577-88000000", "PERSONAL_NUMBER"),
    ],
)
def test_refused(kind: str, text: str, code: str) -> None:
    assert read(column(kind), text) == ([None], [code])


def test_codes_are_read_by_label_and_alias_never_by_bare_number() -> None:
    values, problems = read(column("code", codes="education"), "大专", "大学专科毕业", "30", "31", "大专在读")
    assert values == ["31", "31", None, None, None]
    assert problems == [None, None, "UNKNOWN_CODE", "UNKNOWN_CODE", "UNKNOWN_CODE"]


def test_bounds() -> None:
    assert read(column("integer", minimum=1, maximum=9), "0", "1", "9", "10")[1] == [
        "OUT_OF_RANGE", None, None, "OUT_OF_RANGE",
    ]  # fmt: skip


def test_blank_is_null_and_wrong_only_where_required() -> None:
    blanks = ("", " ", "　", "\u200b")
    assert read(column("integer"), *blanks) == ([None] * 4, [None] * 4)
    assert read(column("integer").model_copy(update={"required": True}), *blanks)[1] == ["REQUIRED_MISSING"] * 4


@given(st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), min_size=1, max_size=8), st.sampled_from("-/."))
def test_dates_come_back(days: list[date], mark: str) -> None:
    texts = [f"{day.year:04d}{mark}{day.month}{mark}{day.day:02d}" for day in days]
    values, problems = read(column("date"), *texts)
    assert [value.date() for value in values] == days
    assert problems == [None] * len(days)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8), st.sampled_from(["date", "month", "integer", "decimal"]))
def test_any_text_is_read_or_refused_never_both(texts: list[str], kind: str) -> None:
    values, problems = read(column(kind), *texts)
    for value, problem in zip(values, problems, strict=True):
        assert value is None or problem is None


@given(st.from_regex(r"[一-鿿]{0,4}1[3-9][0-9]{9}[一-鿿]{0,4}", fullmatch=True))
def test_no_mobile_passes_a_text(text: str) -> None:
    assert pd.Series([text], dtype="str").str.contains(PERSONAL_NUMBER, regex=True).all()


def test_a_note_that_was_left_out_is_counted_where_it_stood() -> None:
    texts = pd.Series(["", "张三", "李四（主任）", "", "张三"], dtype="str")
    typed = read_column(column("person_name"), texts)
    assert typed.mended is not None
    assert typed.mended.tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("kind", sorted(set(get_args(ColumnType)) - {"text"}))
def test_what_is_longer_than_any_value_is_refused_before_its_form_is_looked_for(kind: str) -> None:
    # Beside a month of birth an age is looked for; 30,000 blanks would keep that search busy for days.
    more = {"told_by_id": "birth_month"} if kind == "month" else {"codes": "education"} if kind == "code" else {}
    _, problems = read(column(kind, **more), "2020年1月" + " " * 30_000 + "x", "2020年1月" + " " * 190 + "x")
    assert problems[0] == "VALUE_TOO_LONG" != problems[1]


def test_a_text_may_be_long() -> None:
    assert read(column("text"), "路" * 30_000) == (["路" * 30_000], [None])


def test_blanks_between_a_month_of_birth_and_an_age_do_not_matter() -> None:
    assert parse_birth("1978-03" + " " * 20_000 + "（42岁）") == parse_birth("1978-03（42岁）")
