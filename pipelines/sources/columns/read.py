"""Columns of texts → typed columns, strictly: each contract type's one way of being read.

A column is read by its distinct values and spread out again, so a million cells of a code, a date or a name cost as much as
the few different ones. Belongs here: one converter per contract type. Does not belong here: the forms of dates, numbers and
names (their modules), rules across columns or rows (`rows`, `interpret`, `expectations/suites`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from pipelines.sources.codes import code_tables
from pipelines.sources.columns.dates import DateProblem, Named, Precision, age_on, parse_birth, parse_date, year_of
from pipelines.sources.columns.marks import marks, meaning
from pipelines.sources.columns.names import PLAIN_NAME, NameProblem, noted_name, parse_name
from pipelines.sources.columns.numbers import NumberProblem, parse_number
from pipelines.sources.columns.texts import (
    OWN_ID,
    PERSONAL_NUMBER,
    UNSEEN,
    Coded,
    coded,
    compact,
    contains,
    garbled,
    has_controls,
    has_markup,
    is_bare,
    matches,
    nfkc,
    plain_and_bare,
    steered,
    without_guard,
    without_unseen,
)
from pipelines.sources.contract import Column
from pipelines.sources.damaged_id import evidence_of
from pipelines.sources.resident_id import ParsedId, parse_id_number, plain_id_text, surely_valid

# Types that would take an empty mark for a value.
_ANY_WORDS = frozenset({"text", "person_name"})
# Ages are counted in more than one way (周岁, 虚岁), on a day that is not told.
_AGE_WITHIN = 1
_LARGEST = Decimal(10) ** 15
_WHOLE = 18  # characters of an ID number
_DIGIT_LIKE = re.compile(r"[0-9XOIL*#●○•_?.E+]")
# A post in other words than the code table's: Chinese, with what stands between and around posts. Anything else is another
# cell's.
_IN_WORDS = r"[\x{3400}-\x{9fff}]{2,}(?:[、,，;；/／+＋&与和及 ()（）\[\]【】〔〕]*[\x{3400}-\x{9fff}]+)*[)）\]】〕]?"
_LONGEST_WORDS = 40
# Longer than any value but prose. What is longer is refused before its form is looked for: searching long runs of blanks or
# digits for a form can take minutes a cell.
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Typed:
    """A converted column: values (null where blank or wrong) and, where wrong, the code of the reason."""

    values: pd.Series
    problems: pd.Series  # text, null where nothing is wrong
    mended: pd.Series | None = None  # true where a part was surely no part of the value and was left out
    words: pd.Series | None = None  # what was said instead of a code, where the contract takes that as evidence


@dataclass(frozen=True)
class How:
    """What a converter must know beside the texts."""

    column: Column
    allow_unassigned_area: bool
    times: Decimal
    day: date | None = None


def read_column(
    column: Column,
    texts: pd.Series | Coded,
    allow_unassigned_area: bool = False,
    times: Decimal = Decimal(1),
    day: date | None = None,
) -> Typed:
    """Convert one column.

    Parameters: `texts` as delivered, index = sender's row number; `times` what one of the header's unit is worth in the
    contract's; `day` when it was delivered, by which an age is compared with a month of birth. Returns nulls with a problem
    code for what cannot be read with certainty; blank cells of a required column are REQUIRED_MISSING.
    """
    cells = texts if isinstance(texts, Coded) else coded(texts)
    plain, bare = plain_and_bare(cells.distinct)
    distinct = _undressed(column, plain, bare)
    filled, too_long = _of_a_value(column, distinct.dropna())
    typed = _marked(column, filled, _CONVERTERS[column.type](filled, How(column, allow_unassigned_area, times, day)))
    typed = typed if bare or column.type in _ANY_WORDS else _without_controls(filled, typed)
    values = typed.values.mask(typed.problems.notna()).reindex(distinct.index)
    problems = typed.problems.reindex(distinct.index)
    problems[too_long] = "VALUE_TOO_LONG"
    if column.required:
        problems = problems.mask(distinct.isna(), "REQUIRED_MISSING")
    mended = None if typed.mended is None else cells.spread(typed.mended.reindex(distinct.index, fill_value=False))
    words = None if typed.words is None else cells.spread(typed.words.reindex(distinct.index))
    return Typed(cells.spread(values), cells.spread(problems), mended, words)


def _of_a_value(column: Column, filled: pd.Series) -> tuple[pd.Series, pd.Index]:
    """The texts that are short enough to be a value of the column, and where the others stand. Prose has no such length."""
    if column.type == "text":
        return filled, filled.index[:0]
    too_long = filled.str.len() > _LONGEST_VALUE
    return filled[~too_long], filled.index[too_long]


def _undressed(column: Column, plain: pd.Series, bare: bool) -> pd.Series:
    """The texts without guards and, where they are no words, without zero-width signs."""
    prose = column.type == "text" and not (column.identifier or column.one_line)
    undressed = without_guard(plain, prose=prose)
    if not bare and column.type not in _ANY_WORDS:
        undressed = without_unseen(undressed)
    return undressed if undressed is plain else undressed.mask(undressed == "")


def _without_controls(plain: pd.Series, typed: Typed) -> Typed:
    """Nothing lands that steers how others are shown; of words their own converters tell it."""
    wrong = steered(plain) & typed.problems.isna()
    return replace(typed, problems=typed.problems.mask(wrong, "TEXT_CONTROL")) if wrong.any() else typed


def _problems(wrong: pd.Series, code: str) -> pd.Series:
    return pd.Series(pd.NA, index=wrong.index, dtype="str").mask(wrong.fillna(False).astype(bool), code)


def _marked(column: Column, plain: pd.Series, typed: Typed) -> Typed:
    """The column with its marks seen: an empty mark is no value, a failed formula no text."""
    asked = plain if column.type in _ANY_WORDS or typed.words is not None else plain[typed.problems.notna()]
    kinds = meaning(asked) if len(asked) else asked
    if column.open_end is not None and len(asked):
        goes_on = compact(asked).str.lower().str.strip("()").isin(marks().until_now["any"] | marks().until_now[column.open_end])
        typed = Typed(typed.values, typed.problems.mask(goes_on.reindex(plain.index, fill_value=False)), typed.mended)
    if kinds.empty:
        return typed
    none = "EMPTY_MARK" if column.required else None
    stays = column.type == "text" and not column.required  # "不详" is what an optional text says
    # Of what is only evidence, and need not be there, what is not known says as much as what is missing.
    is_evidence = not column.required and (column.may_be_damaged or column.may_be_noted or column.may_be_in_words)
    unknown = None if is_evidence else "VALUE_UNKNOWN"
    codes = {"none": none, "error": "ERROR_CELL", "ditto": "DITTO_UNCLEAR", "unknown": unknown}
    if stays:
        kinds = kinds[kinds != "unknown"]
    values, problems = typed.values.copy(), typed.problems.copy()
    values[kinds.index] = None
    problems[kinds.index] = kinds.map(codes).astype("str")
    words = None if typed.words is None else typed.words.mask(typed.words.index.isin(kinds.index))
    return Typed(values, problems, typed.mended, words)


def _text(plain: pd.Series, how: How) -> Typed:
    values = compact(plain) if how.column.identifier else plain
    bare = is_bare(plain)
    seen = plain if bare else nfkc(plain).str.replace(UNSEEN, "", regex=True)
    problems = pd.Series(pd.NA, index=plain.index, dtype="str") if bare else _problems(garbled(seen), "TEXT_GARBLED")
    if not bare:
        problems = problems.mask(has_controls(values, one_line=how.column.one_line), "TEXT_CONTROL")
    problems = problems.mask(has_markup(seen), "TEXT_MARKUP")
    return Typed(values, problems.mask(contains(seen, PERSONAL_NUMBER), "PERSONAL_NUMBER"))


def _code(plain: pd.Series, how: How) -> Typed:
    assert how.column.codes is not None
    values = compact(plain).map(code_tables()[how.column.codes].by_spelling).astype("str")
    if not how.column.may_be_in_words:
        return Typed(values, _problems(values.isna(), "UNKNOWN_CODE"))
    # The code is what lands; words that are none, or not surely that one, go to the vault as they are, where they are evidence.
    values = values.mask(compact(plain).isin(list(marks().unclear_posts)))
    in_words = values.isna() & matches(nfkc(plain), _IN_WORDS) & (plain.str.len() <= _LONGEST_WORDS)
    return Typed(values, _problems(values.isna() & ~in_words, "UNKNOWN_CODE"), in_words, plain.where(in_words))


def _completed(values: pd.Series, rest: pd.Series, found: Sequence[tuple[Any, str | None]]) -> Typed:
    """A column most of which was read all at once, with what was found one by one (value, problem) in `rest`."""
    problems = pd.Series(pd.NA, index=values.index, dtype="str")
    if found:
        values, (new, wrong) = values.copy(), zip(*found, strict=True)
        values[rest] = pd.Series(list(new), dtype=values.dtype).array
        problems[rest] = pd.array(list(wrong), dtype="str")
    return Typed(values, problems)


def _number(plain: pd.Series, how: How) -> Typed:
    """Whole and decimal numbers."""
    whole = how.column.type == "integer"
    if how.column.is_year:
        plain = pd.Series([year_of(text) or text for text in plain], index=plain.index, dtype="str")
    digits = matches(plain, r"-?\d{1,15}" if whole else r"-?\d{1,13}(\.\d{1,2})?") & (how.times == 1)
    values = pd.to_numeric(plain.where(digits), errors="coerce").astype("Int64" if whole else "Float64")
    counters = _counters(how.column)
    found = [_checked(parse_number(text, how.column.unit, how.times, counters), whole) for text in plain[~digits]]
    return _bounded(_completed(values, ~digits, found), how.column)


def _counters(column: Column) -> frozenset[str]:
    """The measure words of what a column of whole numbers counts: 户 of 户数."""
    ends = marks().counters if column.type == "integer" else {}
    return frozenset(word for end, words in ends.items() if column.headers[0].endswith(end) for word in words)


def _checked(number: Decimal | NumberProblem, whole: bool) -> tuple[int | float | None, str | None]:
    if isinstance(number, NumberProblem):
        return None, "NOT_AN_INTEGER" if whole and number is NumberProblem.NONE else number.value
    if abs(number) >= _LARGEST:
        return None, "NOT_AN_INTEGER" if whole else "NOT_A_NUMBER"
    if number != round(number, 0 if whole else 2):
        return None, "NOT_AN_INTEGER" if whole else "NUMBER_DECIMALS"
    return int(number) if whole else float(number), None


def _bounded(typed: Typed, column: Column) -> Typed:
    problems = typed.problems
    if column.minimum is not None:
        problems = problems.mask((typed.values < column.minimum).fillna(False).astype(bool), "OUT_OF_RANGE")
    if column.maximum is not None:
        problems = problems.mask((typed.values > column.maximum).fillna(False).astype(bool), "OUT_OF_RANGE")
    return Typed(typed.values, problems)


def _date(plain: pd.Series, how: How) -> Typed:
    birth = how.column.told_by_id == "birth_month"
    parsed = [_born(text, how.day) if birth else parse_date(text) for text in plain]
    day = how.column.type == "date"
    enough = [isinstance(one, Named) and (not day or one.precision is Precision.DAY) for one in parsed]
    days = [
        (one.day if day else one.day.replace(day=1)) if isinstance(one, Named) and fits else None
        for one, fits in zip(parsed, enough, strict=True)
    ]
    problems = [None if fits else _date_problem(one, day) for one, fits in zip(parsed, enough, strict=True)]
    return Typed(
        pd.Series(days, index=plain.index, dtype="datetime64[s]"), pd.Series(problems, index=plain.index, dtype="str")
    )


def _born(text: str, day: date | None) -> Named | DateProblem:
    """A month of birth; an age beside it is not used, but it may show that the month is another."""
    named, age = parse_birth(text)
    if isinstance(named, Named) and age is not None and day is not None and abs(age - age_on(named.day, day)) > _AGE_WITHIN:
        return DateProblem.AGE
    return named


def _date_problem(parsed: Named | DateProblem, day: bool) -> str:
    if isinstance(parsed, Named):
        return "DATE_MONTH_ONLY"
    if day and parsed is DateProblem.MONTH_UNSURE:
        return "DATE_MONTH_ONLY"
    return "NOT_A_MONTH" if parsed is DateProblem.NONE and not day else parsed.value


def _boolean(plain: pd.Series, how: How) -> Typed:
    words = dict.fromkeys(marks().yes, True) | dict.fromkeys(marks().no, False)
    values = compact(plain).str.lower().map(words).astype("boolean")
    return Typed(values, _problems(values.isna(), "NOT_YES_NO"))


def _region_code(plain: pd.Series, how: How) -> Typed:
    """Division codes. No code starts with 0, so an 11-digit one has lost no zero in front and is never padded."""
    codes = compact(plain).str.lstrip("'").str.replace(r"^(\d{12})\.0$", r"\1", regex=True)
    problems = _problems(~matches(codes, r"[1-9]\d{11}"), "NOT_A_REGION_CODE")
    problems = problems.mask(matches(codes, r"\d(\.\d+)?[eE]\+?\d+"), "CODE_SCIENTIFIC")
    return Typed(codes, problems.mask(matches(codes, r"\d{1,11}|\d{13,}"), "CODE_LENGTH"))


def _own_id(plain: pd.Series, how: How) -> Typed:
    """Ids this house has given: a capital letter and hexadecimal digits, among which a run like a telephone number is chance."""
    ids = compact(plain)
    return Typed(ids, _problems(~matches(ids, OWN_ID), "NOT_AN_OWN_ID"))


def _person_name(plain: pd.Series, how: How) -> Typed:
    """Nearly all names stand as they are; the others are read one by one."""
    rest = ~matches(plain, PLAIN_NAME)
    read = noted_name if how.column.may_be_noted else parse_name
    parsed = [read(text) for text in plain[rest]]
    found = [(None, one.value) if isinstance(one, NameProblem) else (one[0], None) for one in parsed]
    mended = pd.Series(False, index=plain.index)
    mended[rest] = np.array([not isinstance(one, NameProblem) and one[1] for one in parsed], dtype=bool)
    typed = _completed(plain, rest, found)
    return Typed(typed.values, typed.problems, mended)


def _phone(plain: pd.Series, how: How) -> Typed:
    numbers = compact(plain).str.lstrip("'").str.replace("-", "")
    return Typed(numbers, _problems(~matches(numbers, r"\+?\d{7,14}"), "NOT_A_PHONE"))


def _email(plain: pd.Series, how: How) -> Typed:
    addresses = nfkc(plain)
    return Typed(addresses, _problems(~matches(addresses, r"[^@\s]+@[^@\s]+\.[^@\s]+"), "NOT_AN_EMAIL"))


def _id_number(plain: pd.Series, how: How) -> Typed:
    """Nearly all numbers are whole and right; the others are judged one by one for their reason."""
    rest = ~surely_valid(plain, how.allow_unassigned_area)
    parsed = [parse_id_number(text, how.allow_unassigned_area) for text in plain[rest]]
    if not how.column.may_be_damaged:
        found = [(one.number, None) if isinstance(one, ParsedId) else (None, one.value) for one in parsed]
        return _completed(plain.str.upper(), rest, found)
    # What is no whole number goes on as it was sent, and so do 15 digits, of which one may be wrong unnoticed. A number that
    # says too
    # little goes on where others may say more: in a column that need not be filled (`rows.nobody_named` looks at the whole row).
    stays = [
        not isinstance(number, ParsedId)
        and (evidence_of(text) is not None or (not how.column.required and _is_number_like(text)))
        for number, text in zip(parsed, plain[rest], strict=True)
    ]
    found = [
        (number.number if len(plain_id_text(text)) == _WHOLE else text, None)
        if isinstance(number, ParsedId)
        else (text, None) if damaged else (None, number.value)
        for number, text, damaged in zip(parsed, plain[rest], stays, strict=True)
    ]
    typed = _completed(plain.str.upper(), rest, found)
    mended = pd.Series(False, index=plain.index)
    mended[rest] = np.array(stays, dtype=bool)
    return Typed(typed.values, typed.problems, mended)


def _is_number_like(text: str) -> bool:
    """Whether a text was meant as one number: most of it digits and what stands for them, and no more of them than one has."""
    plain = plain_id_text(text)
    digits = len(_DIGIT_LIKE.findall(plain))
    return bool(plain) and digits * 2 >= len(plain) and sum(sign in "0123456789" for sign in plain) <= _WHOLE + 2


_CONVERTERS: dict[str, Callable[[pd.Series, How], Typed]] = {
    "text": _text,
    "code": _code,
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "month": _date,
    "boolean": _boolean,
    "village_code": _region_code,
    "region_code": _region_code,
    "own_id": _own_id,
    "id_number": _id_number,
    "person_name": _person_name,
    "phone": _phone,
    "email": _email,
}
