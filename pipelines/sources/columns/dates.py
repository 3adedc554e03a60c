"""Dates as people write them: the day or month a text names, how precisely it names it, or why it names none.

Belongs here: the forms of dates. Does not belong here: Excel's serial numbers of real date cells (`reading` knows the
workbook's epoch); a five-digit number that arrives as text has no epoch and is never a date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipelines.sources.columns.marks import marks
from pipelines.sources.columns.texts import has_note_sign
from pipelines.weeks import TIMEZONE

_EARLIEST, _LATEST = 1900, 2099


class Precision(StrEnum):
    """What a text fixes."""

    DAY = "day"
    MONTH = "month"


class DateProblem(StrEnum):
    """Why a text fixes neither a day nor a month."""

    NONE = "NOT_A_DATE"
    YEAR_ONLY = "DATE_YEAR_ONLY"
    IN_WORDS = "DATE_IN_WORDS"
    SERIAL = "DATE_SERIAL"
    LUNAR = "DATE_LUNAR"
    SHORT_YEAR = "DATE_SHORT_YEAR"
    OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
    MONTH_UNSURE = "DATE_MONTH_UNSURE"
    WEEKDAY = "DATE_WEEKDAY"
    AGE = "AGE_CONFLICTS"


@dataclass(frozen=True)
class Named:
    """A day, or the first day of a month."""

    day: date
    precision: Precision


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("号", "日"))
_ZEROS = "〇○零OoＯｏ0"
_CHINESE_DIGITS = {digit: str(value) for value, digit in enumerate("一二三四五六七八九", start=1)}
_CHINESE = "一二三四五六七八九"
_CHINESE_YEAR = re.compile(rf"([{_CHINESE}{_ZEROS}]{{4}})年")
_CHINESE_PART = re.compile(r"([元正一二三四五六七八九十廿卅]{1,3})(?=[月日])")
# After minutes alone a minus is no offset: "14:00-15:00" is from two to three o'clock.
_TIME = (
    r"(?:T|\s*)(?P<hour>\d{1,2})[:时](?P<minute>[0-5]\d)分?(?P<second>:?[0-5]\d(?:\.\d+)?秒?)?"
    r"\s*(?P<zone>Z|\+\d{2}:?\d{2}|(?(second)-\d{2}:?\d{2}|(?!)))?"
)
_DAY_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<y>\d{{4}})(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}})(?:日?|(?:T|\s+|\s*日\s*)(?=\d){_TIME})",
        rf"(?P<y>\d{{4}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})(?:日?|日{_TIME})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<hour>\d{2})(?P<minute>[0-5]\d)[0-5]\d)?",
    )
)
_MONTH_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})月?",
        # A number that lost its last zero looks like January (2020.1 for 2020.10); every other month stands as typed.
        r"(?P<y>\d{4})\.(?P<m>\d{2}|[2-9]|\d{1,2}(?=月))月?",
        # The end of a month is in that month; a time before or after it would not be.
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:份|[初中末底]|[上中下]旬)?",
        r"(?P<y>\d{4})(?P<m>\d{2})",
    )
)
# Signs that people type for the dot between year, month and day; and the three of them with blanks between.
_DOTS = re.compile(r"(?<=\d)\s*[、。,·・]\s*(?=\d)")
_SPACED = re.compile(r"(\d{4})\s+(\d{1,2})(?:\s+(\d{1,2}))?")
_WEEKDAY = re.compile(r"[(\[]?(?:星期|礼拜|周)([一二三四五六日天])[)\]]?")
_WEEKDAYS = {**{day: place for place, day in enumerate("一二三四五六日")}, "天": 6}
_AGE = re.compile(r"[(\[【]?\s*(?:满|现年|年龄)?\s*(?<!\d)(?P<age>\d{1,3})\s*周?岁\s*[)\]】]?|\(\s*(?P<bare>\d{2})\s*\)")
_REFUSED = tuple(
    (re.compile(form), problem)
    for form, problem in (
        (r"\d{4}\.1", DateProblem.MONTH_UNSURE),
        (r"\d{5}(\.\d+)?", DateProblem.SERIAL),
        (r"(19|20)\d{2}年?(\.0)?", DateProblem.YEAR_ONLY),
        (r".*(腊月|冬月|正月|闰|初[一二三四五六七八九十]|农历|阴历).*", DateProblem.LUNAR),
        (r"'?\d{2}([-/.]\d{1,2}){1,2}|\d{2}年.*", DateProblem.SHORT_YEAR),
        (r".*(底|初|末|前|后|中旬|上旬|下旬|半年|季度|左右|届|春|夏|秋|冬|以来|至今|起|约).*", DateProblem.IN_WORDS),
    )
)


def parse_date(text: str) -> Named | DateProblem:
    """Read one date. A time of day is left out: the day stands as written, also for 24:00, which ends that day.

    A time with an offset is brought to the county's zone first. Days that do not exist are no dates.
    """
    if found := _in_forms(text):
        return found
    if has_note_sign(text):
        return DateProblem.NONE
    plain = _plain(text)
    if (match := _WEEKDAY.search(plain)) and (named := _in_forms(_without(plain, match))):
        return _on_weekday(named, _WEEKDAYS[match[1]])
    refused = (problem for form, problem in _REFUSED if form.fullmatch(plain))
    return _in_forms(plain) or next(refused, DateProblem.NONE)


def parse_birth(text: str) -> tuple[Named | DateProblem, int | None]:
    """A day or month of birth, and the age noted beside it: 1978.03（42岁）, 1999年12月生."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    age = _AGE.search(plain)
    bare = _without(plain, age) if age else plain
    words = "|".join(sorted(marks().birth_words, key=len, reverse=True))
    bare = re.sub(rf"(?<=[\d年月日号])\s*(?:{words})$", "", bare).strip()
    return parse_date(bare), int(age["age"] or age["bare"]) if age else None


def age_on(born: date, day: date) -> int:
    """Whole years from a month of birth to a day."""
    return day.year - born.year - (day.month < born.month)


def year_of(text: str) -> str | None:
    """The four digits of a year that is written as one: 2020年度, 二〇二〇年; None for anything else."""
    words = "|".join(sorted(marks().year_words, key=len, reverse=True))
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    match = re.fullmatch(rf"(\d{{4}}|[{_CHINESE}{_ZEROS}]{{4}})(?:{words})", plain)
    return _digits(match[1]) if match else None


def _without(plain: str, match: re.Match[str]) -> str:
    """The text without a part of it, which may have stood between date and time."""
    return f"{plain[: match.start()].rstrip()} {plain[match.end() :].lstrip()}".strip()


def _on_weekday(named: Named | DateProblem, weekday: int) -> Named | DateProblem:
    """A day that is on the day of the week it is said to be."""
    if isinstance(named, Named) and (named.precision is not Precision.DAY or named.day.weekday() != weekday):
        return DateProblem.WEEKDAY
    return named


def _in_forms(plain: str) -> Named | DateProblem | None:
    for form in _DAY_FORMS:
        if match := form.fullmatch(plain):
            return _day(match.groupdict())
    for form in _MONTH_FORMS:
        if match := form.fullmatch(plain):
            found = _calendar(match["y"], match["m"], "1")
            return Named(found, Precision.MONTH) if isinstance(found, date) else found
    return None


def _plain(text: str) -> str:
    """One spelling for marks and digits: full-width forms, dashes, Chinese numerals, blanks beside marks."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).lstrip("'").strip()
    plain = _DOTS.sub(".", plain).rstrip("。.,;、")
    if spaced := _SPACED.fullmatch(plain):
        plain = "-".join(part for part in spaced.groups() if part)
    plain = re.sub(r"\s*([-/.年月日])\s*", r"\1", plain)
    plain = _CHINESE_YEAR.sub(lambda match: f"{_digits(match[1])}年", plain)
    return _CHINESE_PART.sub(lambda match: _number(match[1]), plain)


def _digits(chinese: str) -> str:
    return "".join("0" if one in _ZEROS else _CHINESE_DIGITS.get(one, one) for one in chinese)


def _number(chinese: str) -> str:
    """A numeral from 一 to 三十一 in digits; anything else as it was."""
    if chinese == "元":
        return "1"
    spelt = chinese.replace("廿", "二十").replace("卅", "三十")
    match = re.fullmatch(rf"([{_CHINESE}]?)(十?)([{_CHINESE}]?)", spelt)
    if match is None or (match[1] and not match[2] and match[3]):
        return chinese
    tens, ten, ones = match.groups()
    if not ten:
        return _CHINESE_DIGITS[tens or ones]
    return f"{_CHINESE_DIGITS.get(tens, '1')}{_CHINESE_DIGITS.get(ones, '0')}"


def _day(parts: dict[str, str | None]) -> Named | DateProblem:
    found = _calendar(parts["y"] or "", parts["m"] or "", parts["d"] or "")
    if not isinstance(found, date):
        return found
    hour, minute = int(parts.get("hour") or 0), int(parts.get("minute") or 0)
    if hour > 24 or (hour == 24 and minute):
        return DateProblem.NONE
    if zone := parts.get("zone"):
        moment = datetime.fromisoformat(f"{found}T00:00{'+00:00' if zone == 'Z' else zone}")
        found = (moment + timedelta(hours=hour, minutes=minute)).astimezone(ZoneInfo(TIMEZONE)).date()
    return Named(found, Precision.DAY)


def _calendar(year: str, month: str, day: str) -> date | DateProblem:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return DateProblem.NONE
    return found if _EARLIEST <= found.year <= _LATEST else DateProblem.OUT_OF_RANGE
