"""Which whole number a damaged resident identity number may have been.

Belongs here: one damaged text beside one whole number. Does not belong here: what a damaged text says by itself
(`sources.damaged_id`), whose it is (`linking`): a damaged number is evidence beside others.
"""

from __future__ import annotations

import re

from pipelines.sources.damaged_id import Damage, DamageKind, cut_of, damage_of, evidence_of

__all__ = ["Damage", "DamageKind", "cut_of", "damage_of", "evidence_of", "fits", "may_have_been"]

_LENGTH = 18
_LEGACY_LENGTH = 15
_SIGNIFICANT = 15  # digits that a spreadsheet and a float64 keep
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?E\+?17")
# Years that a slip of the pen is off by: the next one, the next ten, the next hundred.
_YEARS_OFF = frozenset({1, 10, 100})


def may_have_been(damage: Damage, number: str) -> bool:
    """Whether a valid number of 18 characters could have been damaged into this, or into this with another year of birth."""
    return fits(damage, number) or _other_year(damage, number)


def _other_year(damage: Damage, number: str) -> bool:
    """All the same but the year of birth, which is off by 1, 10 or 100; the check digit is that of either year."""
    text = damage.text
    if damage.kind in (DamageKind.MASKED, DamageKind.TAIL, DamageKind.SCIENTIFIC) or len(text) != _LENGTH:
        return False
    years = text[6:10], number[6:10]
    if not all(year.isdigit() for year in years) or abs(int(years[0]) - int(years[1])) not in _YEARS_OFF:
        return False
    last = number[17:] == text[17:] or damage.kind is DamageKind.OTHER_YEAR
    return text[:6] == number[:6] and text[10:17] == number[10:17] and last


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
        case DamageKind.FIRST_GENERATION:
            return number[6:8] == "19" and _one_typing_error(damage.text, _first_generation(number))
        case DamageKind.LETTERS | DamageKind.NOTED:
            return number == damage.text
        case DamageKind.OTHER_YEAR:
            return False


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
    legacy = _first_generation(number)
    first_generation = len(damage.text) == _LEGACY_LENGTH and number[6:8] == "19"
    return first_generation and legacy.startswith(damage.head) and legacy.endswith(damage.tail)


def _first_generation(number: str) -> str:
    """A number as the first generation had it: without century and check digit."""
    return number[:6] + number[8:17]
