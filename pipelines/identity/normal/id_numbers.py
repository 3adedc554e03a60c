"""What a damaged or partial resident identity number still says.

Belongs here: the kind of damage of one text, and whether a whole number could have become that text. Does not belong here:
whether a number is valid (`sources.resident_id`), whose it is (`linking`): a damaged number is evidence beside others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pipelines.sources.resident_id import IdProblem, ParsedId, check_digit, parse_id_number, plain_id_text

_DIGITS = "0123456789"
_LENGTH = 18
_LEGACY_LENGTH = 15
_SIGNIFICANT = 15  # digits that a spreadsheet and a float64 keep
_FLOAT_TEXT = re.compile(r"(\d{18})\.0+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?17")
# Known head, mask, known tail. A run of X is a mask and takes every X there is.
_MASK = re.compile(r"(\d*)([*#●○•_?]{2,}|X{3,})(\d*X?)")


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


def damage_of(text: str) -> Damage | None:
    """The damage of a text; null for a valid number, and for a text that says nothing usable about one.

    Takes what `parse_id_number` takes. A number of the first generation (15 digits) has no check digit: a damaged one
    cannot be told from another one, so there is no damage for it unless it is masked.
    """
    plain = plain_id_text(text)
    if rounded := _FLOAT_TEXT.fullmatch(plain):
        return Damage(DamageKind.FLOAT, rounded[1], _SIGNIFICANT)
    found = parse_id_number(plain, allow_unassigned_area=True)
    if isinstance(found, ParsedId):
        return None
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
    odd = sum(one not in _DIGITS for one in plain[:-1]) + (plain[-1] not in f"{_DIGITS}X")
    if odd > 1 or (odd == 0 and found is IdProblem.AREA and plain[-1] == check_digit(plain[:-1])):
        return None
    if found is IdProblem.DATE:
        return Damage(DamageKind.IMPOSSIBLE_DATE, plain, _LENGTH - 1)
    if found is IdProblem.TRUNCATED:
        kind = DamageKind.TRUNCATED if plain.endswith("000") else DamageKind.FLOAT
        return Damage(kind, plain, _SIGNIFICANT)
    return Damage(DamageKind.CHECK_DIGIT, plain, _LENGTH - 1)


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
    if not number.isdigit() or len(number) != _LENGTH:
        return None
    if number.endswith("000"):
        return Damage(DamageKind.TRUNCATED, number, _SIGNIFICANT)
    return Damage(DamageKind.FLOAT, number, _SIGNIFICANT) if int(float(number)) == int(number) else None


def fits(damage: Damage, number: str) -> bool:
    """Whether a valid number of 18 characters could have been damaged into this; it says nothing about whether it was."""
    match damage.kind:
        case DamageKind.ONE_LOST:
            return _without_one(damage.text, number)
        case DamageKind.ONE_EXTRA:
            return _without_one(number, damage.text)
        case DamageKind.CHECK_DIGIT | DamageKind.IMPOSSIBLE_DATE:
            return _one_typing_error(damage.text, number)
        case DamageKind.TRUNCATED | DamageKind.FLOAT:
            # A mistyped number may look like one that a spreadsheet cut.
            return _cut_by_spreadsheet(damage.text, number) or _one_typing_error(damage.text, number)
        case DamageKind.SCIENTIFIC:
            return _shown_as_power_of_ten(damage.text, number)
        case DamageKind.MASKED:
            return _under_mask(damage, number)
        case DamageKind.TAIL:
            return number.endswith(damage.tail)


def _without_one(shorter: str, longer: str) -> bool:
    """Whether `shorter` is `longer` without one character."""
    at = next((place for place, one in enumerate(shorter) if one != longer[place]), len(shorter))
    return shorter[at:] == longer[at + 1 :]


def _one_typing_error(text: str, number: str) -> bool:
    """One character mistyped, or two neighbours swapped."""
    apart = [place for place, (one, other) in enumerate(zip(text, number, strict=True)) if one != other]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return text[apart[0]] == number[apart[1]] and text[apart[1]] == number[apart[0]]
    return len(apart) == 1


def _cut_by_spreadsheet(text: str, number: str) -> bool:
    """A number that ends in X is a text to a spreadsheet and is never cut."""
    if not number.isdigit():
        return False
    cut = text.endswith("000") and number.startswith(text[:_SIGNIFICANT])
    return cut or int(float(number)) == int(text)


def _shown_as_power_of_ten(text: str, number: str) -> bool:
    """The digits shown are the number's first ones, rounded half up; or the text is the number as a float64."""
    match = _SCIENTIFIC.fullmatch(text)
    if not match or not number.isdigit():
        return False
    shown = match[1] + (match[2] or "")
    if float(text) == float(number):
        return True
    return len(shown) < _LENGTH and (int(number[: len(shown) + 1]) + 5) // 10 == int(shown)


def _under_mask(damage: Damage, number: str) -> bool:
    """Masks are seldom as long as what they hide, so the known ends count, not the length.

    A masked text of 15 characters may also hide a number of the first generation (without century and check digit).
    """
    if number.startswith(damage.head) and number.endswith(damage.tail):
        return True
    legacy = number[:6] + number[8:17]
    first_generation = len(damage.text) == _LEGACY_LENGTH and number[6:8] == "19"
    return first_generation and legacy.startswith(damage.head) and legacy.endswith(damage.tail)
