"""Properties of reading cells: any value in any accepted spelling comes back as itself; any text is read or refused with a
reason that has words, never both, and nothing raises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.codes import code_tables
from pipelines.sources.columns import read_column
from pipelines.sources.columns.marks import marks
from pipelines.sources.columns.numbers import NumberProblem, in_chinese, parse_number
from pipelines.sources.contract import IDENTITY_TYPES, Column, ColumnType
from pipelines.sources.reasons import reason_texts
from pipelines.sources.resident_id import check_digit

ONE_TO_TEN = "一二三四五六七八九十"
BLANKS = st.sampled_from(["", " ", "　", "\u00a0", "\u200b", "\t", "\ufeff"])


def column(kind: str, **more: Any) -> Column:
    more = {"codes": "education", **more} if kind == "code" else more
    identity = kind in IDENTITY_TYPES
    return Column(
        name="c", headers=("列",), type=kind, required=more.pop("required", False), zh="列", en="c", identity=identity, **more
    )  # type: ignore[arg-type]


def read(one: Column, *texts: str) -> tuple[list[Any], list[Any]]:
    typed = read_column(one, pd.Series(texts, dtype="str"), allow_unassigned_area=True)
    return [None if pd.isna(v) else v for v in typed.values], [None if pd.isna(p) else p for p in typed.problems]


def wide(text: str) -> str:
    """The full-width form of a text."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else ONE_TO_TEN[tens - 1]) + ("十" if tens else "") + (ONE_TO_TEN[ones - 1] if ones else "")


def spelt_day(day: date) -> st.SearchStrategy[str]:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return st.sampled_from(
        [
            day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day:02d}", f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日", f"{day.year} 年 {day.month} 月 {day.day} 日", wide(day.isoformat()),
            f"{day.isoformat()} 00:00:00", f"{day.isoformat()}T23:59:59", f"{day.isoformat()} 24:00",
            f"{year}年{chinese(day.month)}月{chinese(day.day)}日", f"{day.year}年{day.month}月{day.day}号",
        ]
    )  # fmt: skip


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DAYS.flatmap(lambda day: st.tuples(st.just(day), spelt_day(day))), BLANKS, BLANKS)
def test_a_day_comes_back(spelt: tuple[date, str], before: str, behind: str) -> None:
    day, text = spelt
    assert read(column("date"), before + text + behind) == ([pd.Timestamp(day)], [None])
    assert read(column("month"), text) == ([pd.Timestamp(day.replace(day=1))], [None])


@given(DAYS, st.data())
def test_a_month_comes_back_or_its_last_zero_may_be_lost(day: date, data: st.DataObject) -> None:
    forms = [f"{day:%Y-%m}", f"{day:%Y.%m}", f"{day.year}年{day.month}月", f"{day:%Y%m}", f"{day.year}.{day.month}"]
    text = data.draw(st.sampled_from(forms))
    wanted = ([None], ["DATE_MONTH_UNSURE"]) if text.endswith(".1") else ([pd.Timestamp(day.replace(day=1))], [None])
    assert read(column("month"), text) == wanted
    assert read(column("date"), text) == ([None], ["DATE_MONTH_ONLY"])


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["{}", "{:,}", " {} ", "{}.0", "'{}"]), st.booleans())
def test_a_whole_number_comes_back(number: int, form: str, full_width: bool) -> None:
    text = form.format(number)
    assert read(column("integer"), wide(text) if full_width and "'" not in form else text) == ([number], [None])


@given(
    st.decimals(0, 10**10, places=2, allow_nan=False),
    st.sampled_from([("元", 1), ("", 1), ("万元", 10**4), ("万", 10**4), ("亿元", 10**8), ("千元", 1000)]),
)
def test_money_comes_back_exactly(amount: Decimal, unit: tuple[str, int]) -> None:
    name, worth = unit
    text = f"{(amount / worth).normalize():f}{name}"
    number = parse_number(text, "元")
    assert number == amount
    assert read(column("decimal", unit="元"), text) == ([float(amount)], [None])


@given(st.integers(0, 10**12))
def test_a_chinese_numeral_is_a_number_only_if_it_is_written_right(number: int) -> None:
    assert parse_number(in_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百万", 10**6), ("十", 10), ("两千零五", 2005), ("一亿零一万", 100010000), ("壹佰贰拾叁", 123),
        ("一百五", None), ("百", None), ("一千零百", None), ("二〇二〇", None),
    ],
)  # fmt: skip
def test_a_chinese_numeral(text: str, number: int | None) -> None:
    read = parse_number(text)
    assert isinstance(read, NumberProblem) if number is None else read == number


@given(DAYS, st.integers(0, 999), st.sampled_from(["{}", "'{}", "{0:.6}-{0:.8}", " {} "]), st.booleans())
def test_an_id_number_comes_back(born: date, serial: int, form: str, lower: bool) -> None:
    first = f"999901{born:%Y%m%d}{serial:03d}"
    number = first + check_digit(first)
    text = f"{number[:6]}-{number[6:14]}-{number[14:]}" if "-" in form else form.format(number)
    assert read(column("id_number"), text.lower() if lower else text) == ([number], [None])


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)


@given(st.text(HAN, min_size=2, max_size=3), st.sampled_from(["{}", " {}", "{}*", "{}（主任）", "{}\u200b"]), st.booleans())
def test_a_name_comes_back(name: str, form: str, spread: bool) -> None:
    if name in marks().none | marks().unknown | marks().ditto:
        return
    text = form.format("　".join(name) if spread else name)
    assert read(column("person_name"), text) == ([name], [None])


@given(st.sampled_from(sorted(code_tables())), st.data())
def test_a_code_word_comes_back_as_its_code(table: str, data: st.DataObject) -> None:
    word, code = data.draw(st.sampled_from(sorted(code_tables()[table].by_spelling.items())))
    assert read(column("code", codes=table), f" {wide(word)}　") == ([code], [None])


SIGNS = "0123456789年月日万元.-/:,，、·？?（）()#*Xx〃 　\u200b"
PIECES = st.sampled_from([*SIGNS, "同上", "无", "不详", "#REF!", "张三", "2020", "E+17"])
ANYTHING = st.one_of(st.text(max_size=24), st.lists(PIECES, max_size=10).map("".join))


@pytest.mark.parametrize("kind", get_args(ColumnType))
@settings(max_examples=15)
@given(texts=st.lists(ANYTHING, min_size=1, max_size=8), required=st.booleans())
def test_any_text_is_read_or_refused_with_words(kind: str, texts: list[str], required: bool) -> None:
    one = column(kind, required=required, **({"unit": "元"} if kind == "decimal" else {}))
    values, problems = read(one, *texts)
    for value, problem in zip(values, problems, strict=True):
        assert value is None or problem is None
        assert problem is None or problem in reason_texts()
        assert not (required and value is None and problem is None)


@pytest.mark.long
@pytest.mark.parametrize("kind", get_args(ColumnType))
@given(texts=st.lists(ANYTHING, min_size=1, max_size=8), required=st.booleans())
def test_any_text_at_length(kind: str, texts: list[str], required: bool) -> None:
    test_any_text_is_read_or_refused_with_words.hypothesis.inner_test(kind, texts, required)
