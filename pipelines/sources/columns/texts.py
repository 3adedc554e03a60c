"""Texts as they were typed: what surrounds them comes off, what is spoilt or must not be there is recognised.

Belongs here: rules about characters. Does not belong here: what a text stands for (`marks`, `numbers`, `dates`, `names`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Zero-width and direction marks, byte order marks, soft hyphens: nobody sees them, nobody typed them. Not those that turn
# what follows from right to left: around a number they show another one.
_UNSEEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u2060\u2066\u2068\u2069\ufeff"
UNSEEN = f"[{_UNSEEN}]"
# What fixed-width exports and copies leave around a value.
_CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
_NOT_PRINTED = r"[\x00-\x20\x7f]"
_OUTER = (
    " \t\r\n\v\f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000" + _UNSEEN + _CONTROLS
)

# Digits that stand alone, however they are grouped: an ID number of 18 or 15, a mobile, a landline with its area code.
ID_LIKE = r"\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx]|\d{15}"
PHONE_LIKE = r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}"
PERSONAL_NUMBER = f"(?:^|[^0-9])(?:{ID_LIKE}|{PHONE_LIKE})(?:$|[^0-9])"

# The ids this house gives (mention, person, village, item, decision). None is as long as an ID or telephone number.
OWN_ID = "[A-Z](?:[0-9a-f]{10}|[0-9a-f]{12}|[0-9a-f]{16})"

# Characters that steer how others are shown: C0 and C1 controls but tab and line ends, zero-width and direction signs,
# separators of lines and paragraphs, tags. Around a value they come off (`plain_text`); inside one nobody typed them.
STEERS = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_LINE_ENDS = "[\t\n\r\u0085]"
_MARKUP = r"<\s*[A-Za-z/!?]"
# What starts a formula, in its full-width forms too, and what a spreadsheet passes over before it.
_FORMULA_SIGNS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{_FORMULA_SIGNS}]")

# What keeps a spreadsheet from making a number of a text: ="001", and '001 or `001 where no second such sign is in the text.
_EQUALS = re.compile(r'[=＝]\s*["“”＂](?P<inner>.*)["“”＂]', re.DOTALL)
_LED = re.compile("['‘’`´＇｀](?P<inner>[^'‘’`´＇｀]+)['’`´＇｀]?", re.DOTALL)
# Quotation marks that are left around a value where a file was quoted twice.
_QUOTED = re.compile(r'["“＂](?P<inner>[^"“”＂]+)["”＂]', re.DOTALL)
_MAY_BE_GUARDED = """^['‘’`´＇｀"“＂]|^[=＝]"""
_ESCAPED = f"^'+[{_FORMULA_SIGNS}]"

# What a wrong decoding leaves behind: replacement characters, private-use characters, the words that UTF-8's replacement
# characters make in GBK, and kana (a byte lost in GBK shifts Chinese text into them).
_GARBLED = "[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd\u3041-\u3096\u30a1-\u30fa]|锟斤|斤拷|烫烫烫|屯屯屯"


@dataclass(frozen=True)
class Coded:
    """A column of texts as its distinct values, and for each cell the place of its value among them."""

    distinct: pd.Series
    places: np.ndarray
    index: pd.Index

    def spread(self, one: pd.Series) -> pd.Series:
        """What is known of the distinct values, for every cell."""
        if isinstance(one.dtype, pd.StringDtype) and one.isna().all():
            return pd.Series(pd.array(pa.nulls(len(self.index), pa.large_string()), dtype="str"), index=self.index)
        return pd.Series(one.array.take(self.places), index=self.index)


def coded(texts: pd.Series) -> Coded:
    """The column by its distinct texts, as sent."""
    places, found = pd.factorize(texts.array, use_na_sentinel=False)
    return Coded(pd.Series(found, dtype="str"), places, texts.index)


def plain_text(texts: pd.Series) -> pd.Series:
    """Outer white space, unseen characters and controls off; blank cells become null."""
    return plain_and_bare(texts)[0]


def plain_and_bare(texts: pd.Series) -> tuple[pd.Series, bool]:
    """The same, and whether there was nothing to take off, to fold or to suspect (`is_bare`)."""
    bare = is_bare(texts)
    stripped = texts if bare else texts.str.strip(_OUTER)
    return stripped.mask(stripped == ""), bare


def is_bare(texts: pd.Series) -> bool:
    """Whether every text is printable ASCII without a blank: there is nothing to take off, to fold or to suspect."""
    return bool((texts.isna() | texts.str.isascii()).all()) and not contains(texts, _NOT_PRINTED).any()


def nfkc(texts: pd.Series) -> pd.Series:
    """Compatibility forms (full-width digits, half-width kana, ideographic spaces) to their plain ones."""
    ascii_only = texts.isna() | texts.str.isascii()
    if ascii_only.all():
        return texts
    plain = [unicodedata.normalize("NFKC", text).strip() for text in texts[~ascii_only]]
    return _replaced(texts, ~ascii_only, plain)


def compact(texts: pd.Series) -> pd.Series:
    """Plain forms without any white space or unseen character: how codes, marks and names are compared."""
    if is_bare(texts):
        return texts
    plain = nfkc(texts)
    spaced = contains(plain, rf"\s|{UNSEEN}")
    if not spaced.any():
        return plain
    return _replaced(plain, spaced, ["".join(text.translate(_NO_UNSEEN).split()) for text in plain[spaced]])


def compact_text(text: str) -> str:
    """One text in the form of `compact`, without what surrounds it."""
    return "".join(unicodedata.normalize("NFKC", text.strip(_OUTER)).translate(_NO_UNSEEN).split())


def has_note_sign(text: str) -> bool:
    """Whether a sign such as ① or ² is in the text: its plain form is a digit, which would join the number beside it."""
    return any(unicodedata.category(one) == "No" for one in text)


def contains(texts: pd.Series, pattern: str) -> pd.Series:
    """Where a pattern is found; false for nulls."""
    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern=pattern)
    return pd.Series(found.fill_null(False).to_numpy(zero_copy_only=False), index=texts.index)


def matches(texts: pd.Series, pattern: str) -> pd.Series:
    """Where the whole text is of a pattern; false for nulls."""
    return contains(texts, f"^(?:{pattern})$")


def garbled(texts: pd.Series) -> pd.Series:
    """Where a text carries the traces of a wrong decoding."""
    return contains(texts, _GARBLED)


def has_controls(texts: pd.Series, *, one_line: bool) -> pd.Series:
    """Where a text holds a sign that steers how others are shown and is none itself; in a name a line end is one too."""
    return contains(texts, f"{STEERS}|{_LINE_ENDS}") if one_line else steered(texts)


def steered(texts: pd.Series) -> pd.Series:
    """Where a text holds a sign that steers how others are shown and is none itself."""
    return contains(texts, STEERS)


def has_markup(texts: pd.Series) -> pd.Series:
    """Where a plain text holds what a page would take for a tag; a lone < or > of a comparison is none."""
    return contains(texts, _MARKUP)


def without_escape(plain: pd.Series) -> pd.Series:
    """Texts without the apostrophe that tells a spreadsheet that what follows is no formula (`formula_safe` sets it)."""
    escaped = contains(plain, _ESCAPED)
    if not escaped.any():
        return plain
    return _replaced(plain, escaped, [text[1:].strip(_OUTER) for text in plain[escaped]])


def without_guard(plain: pd.Series, *, prose: bool = False) -> pd.Series:
    """Plain texts without what only tells a spreadsheet that they are texts: ="001", '001, `001, quotation marks around the
    whole, and the apostrophe before a formula's sign. In `prose` quotation marks and apostrophes are what was written.
    """
    guarded = contains(plain, _MAY_BE_GUARDED)
    if not guarded.any():
        return plain
    guarded &= ~contains(plain, _ESCAPED)
    return _replaced(without_escape(plain), guarded, [_unguarded(text, prose) for text in plain[guarded]])


def _unguarded(text: str, prose: bool) -> str:
    match = _EQUALS.fullmatch(text) or (None if prose else _LED.fullmatch(text) or _QUOTED.fullmatch(text))
    if match is None:
        return text
    inner = match["inner"].replace('""', "\uffff")
    return text if '"' in inner else inner.replace("\uffff", '"').strip(_OUTER)


def without_unseen(plain: pd.Series) -> pd.Series:
    """Texts without zero-width signs, wherever they stand; those that turn the direction of writing stay."""
    unseen = contains(plain, UNSEEN)
    if not unseen.any():
        return plain
    return _replaced(plain, unseen, [text.translate(_NO_UNSEEN) for text in plain[unseen]])


def formula_safe(text: str) -> str:
    """A text as a cell of a CSV that no spreadsheet takes for a formula; `without_guard` takes the sign back."""
    return f"'{text}" if _FORMULA.match(text) else text


_NO_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))


def _replaced(texts: pd.Series, where: pd.Series, new: list[str]) -> pd.Series:
    changed = texts.copy()
    changed[where] = pd.array(new, dtype="str")
    return changed
