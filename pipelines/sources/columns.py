"""Columns of texts → typed columns, strictly and column by column: each type's one way of being read.

Belongs here: one converter per contract type, working on whole columns. Does not belong here: rules across columns or
rows (`interpret`, `expectations/suites`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines.sources.codes import code_tables
from pipelines.sources.contract import Column
from pipelines.sources.resident_id import ParsedId, parse_id_number

# Digits that stand alone, however they are grouped: an ID number of 18 or 15, a mobile, a landline with its area code.
_ID_LIKE = r"\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx]|\d{15}"
_PHONE_LIKE = r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}"
PERSONAL_NUMBER = f"(?:^|[^0-9])(?:{_ID_LIKE}|{_PHONE_LIKE})(?:$|[^0-9])"

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_DATE_FORMS = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?: 00:00(?::00)?)?"
)
# A one-digit month after a point may be a number that lost its zero (2020.1 for 2020.10): not a month.
_MONTH_FORMS = re.compile(
    r"(\d{4})(?:[-/](\d{1,2})|\.(\d{2})|年(\d{1,2})月|(\d{2}))(?:[-/]0?1(?: 00:00(?::00)?)?)?"
)


@dataclass(frozen=True)
class Typed:
    """A converted column: values (null where blank or wrong) and, where wrong, the code of the reason."""

    values: pd.Series
    problems: pd.Series  # text, null where nothing is wrong


def plain_text(texts: pd.Series) -> pd.Series:
    """Outer white space off, including ideographic and no-break spaces; blank cells become null."""
    stripped = texts.str.strip(" \t\r\n\u3000\u00a0\u200b\ufeff")
    return stripped.mask(stripped == "")


def _nfkc(texts: pd.Series) -> pd.Series:
    """Compatibility forms to their plain ones. Most columns are ASCII, or repeat a few values: only those are touched."""
    ascii_only = texts.isna() | texts.str.isascii()
    if ascii_only.all():
        return texts
    plain = {text: unicodedata.normalize("NFKC", text).strip() for text in texts[~ascii_only].unique()}
    return texts.where(ascii_only, texts.map(plain).astype("str"))


def _problems(wrong: pd.Series, code: str) -> pd.Series:
    return pd.Series(pd.NA, index=wrong.index, dtype="str").mask(wrong.fillna(False).astype(bool), code)


def read_column(column: Column, texts: pd.Series, allow_unassigned_area: bool) -> Typed:
    """Convert one column.

    Parameters: `texts` as delivered, index = sender's row number. Returns nulls with a problem code for what cannot be
    read with certainty; blank cells of a required column are REQUIRED_MISSING.
    """
    plain = plain_text(texts)
    is_id = column.type == "id_number"
    typed = _id_numbers(plain, allow_unassigned_area) if is_id else _CONVERTERS[column.type](plain, column)
    if column.required:
        typed = Typed(typed.values, typed.problems.mask(plain.isna(), "REQUIRED_MISSING"))
    return Typed(typed.values.mask(typed.problems.notna()), typed.problems)


def _text(plain: pd.Series, column: Column) -> Typed:
    return Typed(plain, _problems(_nfkc(plain).str.contains(PERSONAL_NUMBER, regex=True), "PERSONAL_NUMBER"))


def _code(plain: pd.Series, column: Column) -> Typed:
    assert column.codes is not None
    values = _nfkc(plain).map(code_tables()[column.codes].by_spelling).astype("str")
    return Typed(values, _problems(values.isna() & plain.notna(), "UNKNOWN_CODE"))


def _integer(plain: pd.Series, column: Column) -> Typed:
    numbers = _nfkc(plain)
    grouped = numbers.str.fullmatch(r"-?\d{1,3}(,\d{3})+")
    good = grouped | numbers.str.fullmatch(r"-?\d{1,15}")
    values = pd.to_numeric(numbers.str.replace(",", "").where(good), errors="coerce").astype("Int64")
    return _bounded(values, plain, column, "NOT_AN_INTEGER")


def _decimal(plain: pd.Series, column: Column) -> Typed:
    numbers = _nfkc(plain)
    good = numbers.str.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d{1,14})(\.\d{1,2})?")
    values = pd.to_numeric(numbers.str.replace(",", "").where(good), errors="coerce").astype("Float64")
    return _bounded(values, plain, column, "NOT_A_NUMBER")


def _bounded(values: pd.Series, plain: pd.Series, column: Column, code: str) -> Typed:
    problems = _problems(values.isna() & plain.notna(), code)
    if column.minimum is not None:
        problems = problems.mask((values < column.minimum).fillna(False).astype(bool), "OUT_OF_RANGE")
    if column.maximum is not None:
        problems = problems.mask((values > column.maximum).fillna(False).astype(bool), "OUT_OF_RANGE")
    return Typed(values, problems)


def _day_of(text: str) -> date | None:
    """The day a text names, between 1900 and 2100, or None."""
    match = _DATE_FORMS.fullmatch(text)
    if match is None:
        return None
    year, month, day = filter(None, match.groups())
    return _calendar_day(year, month, day)


def _first_of_month(text: str) -> date | None:
    match = _MONTH_FORMS.fullmatch(text)
    if match is None:
        return None
    year, month = filter(None, match.groups())
    return _calendar_day(year, month, "1")


def _calendar_day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _EARLIEST <= found < _LATEST else None


def _days(plain: pd.Series, parse: Callable[[str], date | None], code: str) -> Typed:
    texts = _nfkc(plain)
    known = {text: parse(text) for text in texts.dropna().unique()}
    values = pd.to_datetime(texts.map(known).astype("object")).astype("datetime64[s]")
    return Typed(values, _problems(values.isna() & plain.notna(), code))


def _date(plain: pd.Series, column: Column) -> Typed:
    return _days(plain, _day_of, "NOT_A_DATE")


def _month(plain: pd.Series, column: Column) -> Typed:
    return _days(plain, _first_of_month, "NOT_A_MONTH")


def _boolean(plain: pd.Series, column: Column) -> Typed:
    values = _nfkc(plain).map({"是": True, "否": False}).astype("boolean")
    return Typed(values, _problems(values.isna() & plain.notna(), "NOT_YES_NO"))


def _region_code(plain: pd.Series, column: Column) -> Typed:
    codes = _nfkc(plain)
    return Typed(codes, _problems(codes.notna() & ~codes.str.fullmatch(r"\d{12}"), "NOT_A_REGION_CODE"))


def _person_name(plain: pd.Series, column: Column) -> Typed:
    names = _nfkc(plain).str.replace(r"\s", "", regex=True).str.replace(r"[•・．.‧∙]", "·", regex=True)
    readable = names.str.fullmatch(r"[^\W\d_a-zA-Z]+(·[^\W\d_a-zA-Z]+)*") & names.str.len().between(2, 40)
    return Typed(names, _problems(names.notna() & ~readable, "NAME_UNREADABLE"))


def _phone(plain: pd.Series, column: Column) -> Typed:
    numbers = _nfkc(plain).str.replace(r"[\s-]", "", regex=True)
    return Typed(numbers, _problems(numbers.notna() & ~numbers.str.fullmatch(r"\+?\d{7,14}"), "NOT_A_PHONE"))


def _email(plain: pd.Series, column: Column) -> Typed:
    good = plain.str.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+")
    return Typed(plain, _problems(plain.notna() & ~good, "NOT_AN_EMAIL"))


def _id_numbers(plain: pd.Series, allow_unassigned_area: bool) -> Typed:
    known = plain.dropna()
    parsed = [parse_id_number(text, allow_unassigned_area) for text in known]
    values = pd.Series(
        [item.number if isinstance(item, ParsedId) else None for item in parsed], index=known.index, dtype="str"
    )
    problems = pd.Series(
        [None if isinstance(item, ParsedId) else item.value for item in parsed], index=known.index, dtype="str"
    )
    return Typed(values.reindex(plain.index), problems.reindex(plain.index))


_CONVERTERS: dict[str, Callable[[pd.Series, Column], Typed]] = {
    "text": _text,
    "code": _code,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "month": _month,
    "boolean": _boolean,
    "village_code": _region_code,
    "region_code": _region_code,
    "person_name": _person_name,
    "phone": _phone,
    "email": _email,
}
