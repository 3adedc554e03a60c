"""The resident identity number (公民身份号码), GB 11643-1999: normal form, validity, and the mask it is shown under.

Belongs here: the number as a value. Does not belong here: who carries it (`identity`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# First two digits of every GB/T 2260 vintage: provinces, autonomous regions, municipalities, SARs, Taiwan (71, 83).
_PROVINCES = frozenset(
    f"{first}{second}"
    for first, seconds in (
        ("1", "12345"), ("2", "123"), ("3", "1234567"), ("4", "123456"), ("5", "01234"), ("6", "12345"), ("7", "1"),
        ("8", "123"),
    )
    for second in seconds
)  # fmt: skip
_UNASSIGNED = "9999"
_EARLIEST, _LATEST = 1880, 2099
# First and last digits with a mask between or in front, or the last four to six alone.
_MASKED = re.compile(r"\d{0,14}[*#●○•_?]{2,}\d{0,6}X?|\d{0,10}X{3,}\d{0,6}X?|\d{3,5}[\dX]", re.ASCII)
# What surrounds a number and is none of it: blanks, dashes, quotes, what nobody sees.
_AROUND = re.compile(r"[\s\-'\"`´‘’“”‐‑‒–—−\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# Serials that the first generation kept for the very old: the 19 to insert would be an 18.
_CENTENARIANS = frozenset({"996", "997", "998", "999"})


class IdProblem(StrEnum):
    """Why a text is no valid ID number."""

    LENGTH = "ID_LENGTH"
    CHARACTERS = "ID_CHARACTERS"
    SCIENTIFIC = "ID_SCIENTIFIC"
    TRUNCATED = "ID_TRUNCATED"
    AREA = "ID_AREA"
    DATE = "ID_DATE"
    CHECK_DIGIT = "ID_CHECK_DIGIT"
    MASKED = "ID_MASKED"
    CENTURY = "ID_CENTURY"


@dataclass(frozen=True)
class ParsedId:
    """A valid number in its 18-character form."""

    number: str
    born_on: date
    sex: str  # GB/T 2261.1: '1' male, '2' female


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits: sum of digit × 2^(18−i) mod 11, mapped (GB 11643-1999)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def mask_id_number(number: str) -> str:
    """Show the first six and the last character only, for instance `999901***********X`."""
    return f"{number[:6]}{'*' * (len(number) - 7)}{number[-1]}" if len(number) > 7 else "*" * len(number)


def plain_id_text(text: str) -> str:
    """What was meant to be a number in its plain form: half-width, an upper-case X, no spaces, dashes, quotes or unseen signs."""
    return _AROUND.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse_id_number(text: str, allow_unassigned_area: bool = False) -> ParsedId | IdProblem:
    """Read an ID number as departments write it.

    Accepts full-width digits, a lower-case x, spaces, dashes and a leading apostrophe; a 15-digit number of the first
    generation gets its century (19) and check digit. Nothing is repaired: a wrong check digit, an impossible date or a
    number cut by a spreadsheet is a problem, never a guess; so is a masked number, or its last digits alone.
    """
    plain = plain_id_text(text)
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", plain):
        return IdProblem.SCIENTIFIC
    if _MASKED.fullmatch(plain):
        return IdProblem.MASKED
    if not re.fullmatch(r"[0-9]*X?", plain):
        return IdProblem.CHARACTERS
    if len(plain) == 15 and plain.isdigit():
        if plain[12:] in _CENTENARIANS:
            return IdProblem.CENTURY
        plain = _from_first_generation(plain)
    if len(plain) != 18:
        return IdProblem.LENGTH
    return _judge(plain, allow_unassigned_area)


def _from_first_generation(plain: str) -> str:
    first_17 = f"{plain[:6]}19{plain[6:]}"
    return first_17 + check_digit(first_17)


def _judge(number: str, allow_unassigned_area: bool) -> ParsedId | IdProblem:
    if number[:2] not in _PROVINCES and not (allow_unassigned_area and number.startswith(_UNASSIGNED)):
        return IdProblem.AREA
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdProblem.DATE
    if not _EARLIEST <= born_on.year <= _LATEST:
        return IdProblem.DATE
    if number[-1] != check_digit(number[:17]):
        return IdProblem.TRUNCATED if _looks_cut(number) else IdProblem.CHECK_DIGIT
    return ParsedId(number, born_on, "1" if int(number[16]) % 2 else "2")


def _looks_cut(number: str) -> bool:
    """Whether a number that fails its check went through a spreadsheet (15 digits, then 000) or a float64."""
    return number.endswith("000") or (number.isdigit() and int(float(number)) == int(number))


def surely_valid(texts: pd.Series, allow_unassigned_area: bool) -> pd.Series:
    """Where a text is a right number in its 18-character form already: the same judgement on a whole column at once.

    False says nothing: the text may be another spelling, or wrong; `parse_id_number` tells which.
    """
    formed = texts.str.fullmatch(r"[0-9]{17}[0-9Xx]").fillna(False).astype(bool)
    signs = np.array(texts[formed].to_list(), dtype="S18").view(np.uint8).reshape(-1, 18)
    digits = signs[:, :17].astype(np.int64) - ord("0")
    check = np.frombuffer(_CHECK.encode(), dtype=np.uint8)[(digits @ np.array(_WEIGHTS)) % 11]
    last = np.where(signs[:, 17] == ord("x"), ord("X"), signs[:, 17])
    area = np.isin(digits[:, 0] * 10 + digits[:, 1], [int(one) for one in _PROVINCES])
    if allow_unassigned_area:
        area |= (digits[:, :4] == 9).all(axis=1)
    right = pd.Series(False, index=texts.index)
    right[formed] = (check == last) & area & _is_day(digits[:, 6:14] @ 10 ** np.arange(7, -1, -1))
    return right


def _is_day(numbers: np.ndarray) -> np.ndarray:
    """Which numbers YYYYMMDD are days of the calendar a living person can be born on."""
    year, month, day = numbers // 10000, numbers // 100 % 100, numbers % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.clip(month, 0, 12)]
    within = (year >= _EARLIEST) & (year <= _LATEST) & (month >= 1) & (month <= 12)
    return np.asarray(within & (day >= 1) & (day <= longest + (leap & (month == 2))))
