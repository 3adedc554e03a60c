"""What a damaged or partial resident identity number still says.

Belongs here: the kind of damage of one text and what of the 18 characters it still tells. Does not belong here: whether a number
is valid (`resident_id`), which whole number a damaged one may have been (`identity.normal.id_numbers`), whose it is
(`identity.linking`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.sources.resident_id import IdProblem, ParsedId, check_digit, parse_id_number, plain_id_text

_DIGITS = "0123456789"
_LENGTH = 18
_LEGACY_LENGTH = 15
_SIGNIFICANT = 15  # digits that a spreadsheet and a float64 keep
# Digits that a damaged number must still say to be evidence: with the four at the end one in ten thousand agrees by chance. Of a
# power of ten the first six are the area, which a whole county shares.
LEAST_DIGITS, LEAST_OF_POWER = 4, 10
_WORDS = Path(__file__).with_suffix(".yml")
_FLOAT_TEXT = re.compile(r"([0-9]{18})\.0+")
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?E\+?17")
# One number, or a damaged one, with words in front or behind.
_NOTED = re.compile(r"([^0-9]*)([0-9][0-9OIL]{13,17}[0-9OILX])([^0-9]*)")
_BRACKETS = "()[]{}<>【】〔〕《》:;,.。，；：、"
# Known head, mask, known tail. A run of X is a mask and takes every X there is.
_MASK = re.compile(r"([0-9]*)([*#●○•_?]{2,}|X{3,})([0-9]*X?)")


class DamageKind(StrEnum):
    """How a number was damaged."""

    ONE_LOST = "one_lost"  # 17 characters
    ONE_EXTRA = "one_extra"  # 19 characters
    CHECK_DIGIT = "check_digit"  # 18 characters, one mistyped or two neighbours swapped
    IMPOSSIBLE_DATE = "impossible_date"  # the same, noticed by the date of birth
    TRUNCATED = "truncated"  # a spreadsheet kept 15 digits, then 000
    FLOAT = "float"  # rounded to a float64
    SCIENTIFIC = "scientific"  # 9.99901E+17
    MASKED = "masked"  # 9999011978****001X
    TAIL = "tail"  # the last four to six only
    FIRST_GENERATION = "first_generation"  # 15 digits that nobody has as they stand: there is no check digit to tell
    LETTERS = "letters"  # O for every 0, or l for every 1; `text` is the number
    NOTED = "noted"  # a number with words beside it; `text` is the number
    OTHER_YEAR = "other_year"  # valid, and nobody's: the year may be off


@dataclass(frozen=True)
class Damage:
    """A damaged number: its text in plain form, the kind, and how many of the 18 characters it still says.

    One character mistyped somewhere leaves 17 known; callers set the least that they accept. `head` and `tail` are the
    known ends of a masked number.
    """

    kind: DamageKind
    text: str
    digits_known: int
    head: str = ""
    tail: str = ""

    def __repr__(self) -> str:
        """Without the text: an identifier is in no log."""
        return f"Damage(kind={self.kind.value!r}, digits_known={self.digits_known})"


def evidence_of(text: str) -> Damage | None:
    """What a text that is nobody's whole number says as evidence beside a name: every damage there is, also of texts that could
    be valid numbers (cut by a spreadsheet, 15 digits, the last four as 0000). Null where it says too little, or several numbers.
    """
    plain = plain_id_text(text)
    if re.fullmatch(r"[0-9]{14}0{4}", plain):
        return Damage(DamageKind.MASKED, plain, 14, head=plain[:14])
    if re.fullmatch(r"[0-9]{15}", plain):
        return Damage(DamageKind.FIRST_GENERATION, plain, _LEGACY_LENGTH - 1)
    found = damage_of(plain) or cut_of(plain) or _noted(plain)
    if found is not None:
        least = LEAST_OF_POWER if found.kind is DamageKind.SCIENTIFIC else LEAST_DIGITS
        return found if found.digits_known >= least else None
    if isinstance(parsed := parse_id_number(plain, allow_unassigned_area=True), ParsedId):
        return Damage(DamageKind.OTHER_YEAR, parsed.number, 14)
    return None


def _noted(plain: str) -> Damage | None:
    """A number with a note: 9999…001X（已注销）. A note that names a relation says that the number is another's."""
    match = _NOTED.fullmatch(plain)
    if match is None:
        return None
    note = (match[1] + match[3]).strip(_BRACKETS)
    if not note and len(match[2]) != len(plain):
        note = " "  # brackets alone
    if not note or any(word in note for word in _words()["another"]):
        return None
    if isinstance(found := parse_id_number(match[2], allow_unassigned_area=True), ParsedId):
        return Damage(DamageKind.NOTED, found.number, _LENGTH)
    return damage_of(match[2])


@cache
def _words() -> dict[str, Any]:
    return dict(read_yaml(_WORDS))


def damage_of(text: str) -> Damage | None:
    """The damage of a text; null for a valid number, and for a text that says nothing usable about one.

    Takes what `parse_id_number` takes. A number of the first generation (15 digits) has no check digit: a damaged one
    cannot be told from another one, so there is no damage for it unless it is masked.
    """
    plain = _with_digits(plain_id_text(text))
    if rounded := _FLOAT_TEXT.fullmatch(plain):
        return Damage(DamageKind.FLOAT, rounded[1], _SIGNIFICANT)
    found = parse_id_number(plain, allow_unassigned_area=True)
    if isinstance(found, ParsedId):
        return None if plain == plain_id_text(text) else Damage(DamageKind.LETTERS, found.number, _LENGTH)
    if found is IdProblem.MASKED:
        return _masked(plain)
    if found is IdProblem.SCIENTIFIC:
        return _scientific(plain)
    if len(plain) == _LENGTH:
        return _whole_length(plain, found)
    if found is IdProblem.LENGTH and len(plain) == _LENGTH - 1:
        return Damage(DamageKind.ONE_LOST, plain, _LENGTH - 1)
    if found is IdProblem.LENGTH and len(plain) == _LENGTH + 1:
        return Damage(DamageKind.ONE_EXTRA, plain, _LENGTH)
    return None


def _whole_length(plain: str, found: IdProblem) -> Damage | None:
    """18 characters: digits with at most one sign among them that is none, and no check digit that would be right."""
    odd = sum(sign not in _DIGITS for sign in plain[:-1]) + (plain[-1] not in f"{_DIGITS}X")
    if odd > 1 or (odd == 0 and found is IdProblem.AREA and plain[-1] == check_digit(plain[:-1])):
        return None
    # One sign that is no digit, whatever it is, says nothing: in its place stands one that is a single byte everywhere.
    plain = "".join(sign if sign in f"{_DIGITS}X" else "?" for sign in plain)
    if found is IdProblem.DATE:
        return Damage(DamageKind.IMPOSSIBLE_DATE, plain, _LENGTH - 1)
    if found is IdProblem.TRUNCATED:
        kind = DamageKind.TRUNCATED if plain.endswith("000") else DamageKind.FLOAT
        return Damage(kind, plain, _SIGNIFICANT)
    return Damage(DamageKind.CHECK_DIGIT, plain, _LENGTH - 1)


def _with_digits(plain: str) -> str:
    """The text with its letters as digits where it is a whole number then; else as it is."""
    words = _words()
    if plain and plain[-1] in words["for_x"]:
        plain = plain[:-1] + "X"
    odd = {sign for sign in plain[:-1] if sign not in _DIGITS} | {sign for sign in plain[-1:] if sign not in f"{_DIGITS}X"}
    letter = odd.pop() if len(odd) == 1 else ""
    # a single one is as good as any sign mistyped
    if letter not in words["letters"] or plain.count(letter) < 2 or len(plain) not in (_LENGTH, _LEGACY_LENGTH):
        return plain
    read = plain.replace(letter, words["letters"][letter])
    return read if isinstance(parse_id_number(read, allow_unassigned_area=True), ParsedId) else plain


def _scientific(plain: str) -> Damage | None:
    match = _SCIENTIFIC.fullmatch(plain)
    return Damage(DamageKind.SCIENTIFIC, plain, min(1 + len(match[2] or ""), _SIGNIFICANT)) if match else None


def _masked(plain: str) -> Damage | None:
    match = _MASK.fullmatch(plain)
    if not match:
        return Damage(DamageKind.TAIL, plain, len(plain), tail=plain)
    head, tail = match[1], match[3]
    return Damage(DamageKind.MASKED, plain, min(len(head + tail), _LENGTH), head, tail) if head or tail else None


def cut_of(number: str) -> Damage | None:
    """The damage of a valid number that a spreadsheet or a float64 may have made of another one; null for all others.

    One cut number in eleven passes its check. Whether it is one only tells who asks: a number that somebody carries is not.
    """
    if not re.fullmatch("[0-9]{18}", number):
        return None
    if number.endswith("000"):
        return Damage(DamageKind.TRUNCATED, number, _SIGNIFICANT)
    return Damage(DamageKind.FLOAT, number, _SIGNIFICANT) if int(float(number)) == int(number) else None
