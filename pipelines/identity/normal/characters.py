"""Characters as they are compared: compatibility forms, what nobody sees, traditional and variant characters.

Belongs here: one character and its form, with the exceptions of `name_forms.yml`. Does not belong here: what a text is
(`names`, `villages`, `posts`).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from pipelines.files import read_yaml

_FORMS = Path(__file__).with_name("name_forms.yml")
# Blanks, controls, zero-width and direction marks. Not `Cn` and `Co`: a character newer than this Python's Unicode, or
# one of a department's own, is a character that somebody typed.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class _Folds(dict[int, str]):
    """A table for `str.translate` that asks OpenCC once per character, so that no context changes a name."""

    def __init__(self, exceptions: dict[str, str]) -> None:
        super().__init__((ord(one), form) for one, form in exceptions.items())
        self._to_simplified = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        character = chr(code)
        alone = code < 0x80 or 0xD800 <= code < 0xE000  # plain letters, and surrogates that no library takes
        form = character if alone else self._to_simplified.convert(character)
        self[code] = form if form == character else self[ord(form)] if len(form) == 1 else form
        return self[code]


class _Seen(dict[int, str | None]):
    """A table for `str.translate` that drops what nobody sees."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        unseen = unicodedata.category(character) in _UNSEEN or any(code in one for one in _VARIATION_SELECTORS)
        self[code] = None if unseen else character
        return self[code]


def seen(text: str) -> str:
    """The text in compatibility form (NFKC) without blanks and without characters that nobody sees."""
    plain = unicodedata.normalize("NFKC", text.translate(_SEEN)).translate(_SEEN)
    return unicodedata.normalize("NFKC", plain)


def simplified(text: str) -> str:
    """Each character in the form it is compared in; a rare character without another form stays as it is."""
    return text.translate(_folds())


@cache
def kept_as_surname() -> dict[str, str]:
    """Characters with a form of their own where they are a surname."""
    return dict(read_yaml(_FORMS)["kept_as_surname"])


@cache
def words_of_names() -> dict[str, Any]:
    """Words around names and in their place, as `name_forms.yml` has them; lists that are cut off have the longest first."""
    forms: dict[str, Any] = dict(read_yaml(_FORMS))
    for name in ("behind", "in_front", "other_name", "relative_behind"):
        forms[name] = tuple(sorted(forms[name], key=len, reverse=True))
    return forms


@cache
def _folds() -> _Folds:
    forms = read_yaml(_FORMS)
    return _Folds(forms["folded"] | forms["kept"])


_SEEN = _Seen()
