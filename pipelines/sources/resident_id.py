"""The resident identity number (公民身份号码), GB 11643-1999: normal form, validity, and the mask it is shown under.

Belongs here: the number as a value. Does not belong here: who carries it (`identity`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

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


class IdProblem(StrEnum):
    """Why a text is no valid ID number."""

    LENGTH = "ID_LENGTH"
    CHARACTERS = "ID_CHARACTERS"
    SCIENTIFIC = "ID_SCIENTIFIC"
    TRUNCATED = "ID_TRUNCATED"
    AREA = "ID_AREA"
    DATE = "ID_DATE"
    CHECK_DIGIT = "ID_CHECK_DIGIT"


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


@lru_cache(maxsize=1 << 16)
def parse_id_number(text: str, allow_unassigned_area: bool = False) -> ParsedId | IdProblem:
    """Read an ID number as departments write it.

    Accepts full-width digits, a lower-case x, spaces, dashes and a leading apostrophe; a 15-digit number of the first
    generation gets its century (19) and check digit. Nothing is repaired: a wrong check digit, an impossible date or a
    number cut by a spreadsheet is a problem, never a guess.
    """
    plain = re.sub(r"[\s\-'‐–—]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", plain):
        return IdProblem.SCIENTIFIC
    if not re.fullmatch(r"\d*X?", plain):
        return IdProblem.CHARACTERS
    if len(plain) == 15 and plain.isdigit():
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
    if number[-1] != check_digit(number[:17]):
        # A spreadsheet keeps 15 significant digits: such a number ends in 000 and only then fails its check.
        return IdProblem.TRUNCATED if number.endswith("000") else IdProblem.CHECK_DIGIT
    return ParsedId(number, born_on, "1" if int(number[16]) % 2 else "2")
