"""Numbers as people write them: the exact number a text states, or why it states none.

Belongs here: digits, grouping, Chinese numerals, multiples and units. Does not belong here: which unit a column is in (its
contract and header say so), bounds (`read`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum

from pipelines.sources.columns.marks import marks
from pipelines.sources.columns.texts import has_note_sign

_YUAN, _PERCENT = "元", "%"
_GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,15}"
_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}
# Numerals as on a cheque, and two ways of writing two and zero: the same numbers.
_FORMAL = str.maketrans("〇○两貳贰壹叁參肆伍陆陸柒捌玖拾佰仟萬億", "零零二二二一三三四五六六七八九十百千万亿")


class NumberProblem(StrEnum):
    """Why a text states no exact number."""

    NONE = "NOT_A_NUMBER"
    INEXACT = "NUMBER_INEXACT"
    UNIT = "NUMBER_UNIT"
    SCIENTIFIC = "NUMBER_SCIENTIFIC"


def parse_number(
    text: str, unit: str | None = None, times: Decimal = Decimal(1), counters: Collection[str] = ()
) -> Decimal | NumberProblem:
    """Read one number in the column's unit.

    Parameters: `unit` the contract's unit (元), without which a number may carry none; `times` what one of the header's
    unit is worth (10000 under "（万元）"); `counters` the measure words of what is counted (户). A cell that names its unit
    means that unit; a bare multiple ("100万") is taken only where the header's unit is the contract's own, and so is ¥, which
    may stand before any multiple.
    """
    spaced = unicodedata.normalize("NFKC", text)
    if has_note_sign(text) or re.search(r"\d\s+\d", spaced):  # two numbers, or one and a note: nobody knows
        return NumberProblem.NONE
    plain = "".join(spaced.split()).replace("−", "-").lstrip("'")
    if unit == _PERCENT:
        return _percent(plain)
    if unit == _YUAN:
        plain, signed = _without_currency(plain)
        if signed and times != 1 and not plain.endswith(unit):
            return NumberProblem.UNIT
    if unit and plain.endswith(unit):
        return _stated(plain.removesuffix(unit), Decimal(1), multiples=True)
    if unit is None and (counter := next((word for word in counters if plain.endswith(word)), None)):
        return _stated(plain.removesuffix(counter), times, multiples=False)
    bare = unit is not None and times == 1
    return _stated(plain, times, multiples=bare)


def _percent(plain: str) -> Decimal | NumberProblem:
    """60, 60%, 百分之六十: the same number of percent."""
    spelt = plain.removeprefix("百分之")
    return _stated(spelt if spelt != plain else plain.removesuffix(_PERCENT), Decimal(1), multiples=False)


def _without_currency(plain: str) -> tuple[str, bool]:
    """An amount without the sign before it and 整 behind it, and whether there was such a sign."""
    known = marks()
    for end in known.currency_ends:
        plain = plain.replace("圆", _YUAN)
        plain = plain.removesuffix(end) if plain.endswith(_YUAN + end) else plain
    if plain.endswith(f"({_YUAN})"):
        plain = plain.removesuffix(f"({_YUAN})") + _YUAN
    sign = max((sign for sign in known.currency if plain.lower().startswith(sign)), key=len, default="")
    return plain[len(sign) :], bool(sign)


def _stated(plain: str, times: Decimal, *, multiples: bool) -> Decimal | NumberProblem:
    match = re.fullmatch(rf"(-?)({_GROUPED})(\.\d{{1,15}})?(\D*)", plain)
    if match is None:
        chinese = _chinese(plain)
        if chinese is not None:
            return chinese * times
        return _problem(plain)
    sign, whole, fraction, multiple = match.groups()
    worth = marks().multiples.get(multiple) if multiple and multiples else Decimal(1) if not multiple else None
    if worth is None:
        return _problem(plain)
    return Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}") * worth * times


def _problem(plain: str) -> NumberProblem:
    if re.fullmatch(r"-?\d(\.\d+)?e\+?\d+", plain.lower()):
        return NumberProblem.SCIENTIFIC
    stating = re.search(rf"[\d{''.join(_DIGITS)}十百千万亿]", plain)
    if stating and (any(word in plain for word in marks().inexact) or re.search(r"\d[-~—至到]\d|[<>≤≥±+]", plain)):
        return NumberProblem.INEXACT
    return NumberProblem.UNIT if re.fullmatch(rf"-?(?:{_GROUPED})(?:\.\d+)?[^\d,.]+", plain) else NumberProblem.NONE


def _chinese(plain: str) -> Decimal | None:
    """A numeral such as 一百零五万; None unless it is exactly how that number is written ("一百五" is not)."""
    numeral = plain.translate(_FORMAL)
    if not re.fullmatch(r"[零一二三四五六七八九十百千万亿]{1,30}", numeral):
        return None
    total = section = digit = 0
    for one in numeral:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[one], 0
        elif one == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    number = total + section + digit
    written = in_chinese(number)
    shorter = written.removeprefix("一") if written.startswith("一十") else written
    return Decimal(number) if numeral in (written, shorter) else None


def in_chinese(number: int) -> str:
    """A whole number from 0 as a Chinese numeral, with `一十` in front where people also say `十`."""
    if number == 0:
        return "零"
    text = ""
    for worth, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, worth)
        if part:
            gap = "零" if text and part < 1000 else ""
            text += gap + (in_chinese(part) if part >= 10**4 else _below_myriad(part)) + name
    return text


def _below_myriad(part: int) -> str:
    names = "零一二三四五六七八九"
    text, gap = "", False
    for worth, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, part = divmod(part, worth)
        if digit:
            text += ("零" if gap and text else "") + names[digit] + name
            gap = False
        else:
            gap = True
    return text
