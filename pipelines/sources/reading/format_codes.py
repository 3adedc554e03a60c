"""Number format codes taken apart: `#,##0.00_ ;[Red]-#,##0.00` → sections of tokens.

Belongs here: the grammar of format codes, as spreadsheets and HTML files carry them. Does not belong here: what a number looks
like under one (`number_formats`, `date_formats`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pipelines.files import read_yaml

Kind = Literal["literal", "blank", "digit", "point", "comma", "percent", "exponent", "at", "general", "date", "elapsed", "half"]

_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LOCALE = re.compile(r"\$(?P<symbol>[^-\]]*)(?:-[^\]]*)?")
_HOW = re.compile(r"DBNum\d|NatNum\d+|~[A-Za-z]|HIJRI|color\s*\d+|颜色\s*\d+", re.IGNORECASE)
_DATE_LETTERS = "ymdhsaegb"
_SINGLE: dict[str, Kind] = {
    "0": "digit", "#": "digit", "?": "digit", ".": "point", ",": "comma", "%": "percent", "@": "at"
}  # fmt: skip
_COMPARE = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound,
    "<>": lambda value, bound: value != bound,
}


class UnknownFormat(Exception):
    """A format code nobody here knows how to show a number by."""


class Token(NamedTuple):
    """One piece of a code: what it is, and the characters it shows or stands for."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Section:
    """The part of a code between semicolons, and for which numbers it is meant, if it says so."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: Kind) -> bool:
        """Whether any of its tokens is of one of the kinds."""
        return any(token.kind in kinds for token in self.tokens)

    def meant_for(self, value: Decimal) -> bool:
        """Whether its condition holds of `value`; a section without one is meant for every number."""
        return self.condition is None or _COMPARE[self.condition[0]](value, self.condition[1])


@dataclass(frozen=True)
class KnownFormats:
    """What is known of formats beforehand (`number_formats.yml`)."""

    builtin: Mapping[int, str]
    general: tuple[str, ...]
    harmless: tuple[str, ...]
    zero_dashes: frozenset[str]
    colours: frozenset[str]
    weekdays: tuple[str, ...]
    halves: tuple[str, ...]
    html_names: Mapping[str, str]


@cache
def known_formats() -> KnownFormats:
    """The data about formats, read once."""
    data = read_yaml(Path(__file__).with_name("number_formats.yml"))
    return KnownFormats(
        data["builtin"], tuple(data["general"]), tuple(data["harmless"]), frozenset(data["zero_dashes"]),
        frozenset(data["colours"]), tuple(data["weekdays"]), tuple(data["halves"]), data["html_names"],
    )  # fmt: skip


def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format code, at least one. Raises UnknownFormat for a code that makes no sense."""
    reader = _Reader(code)
    found = [reader.section()]
    while reader.next_section():
        found.append(reader.section())
    if len(found) > 4:
        raise UnknownFormat(code)
    return tuple(found)


class _Reader:
    """Goes through a code once, section by section."""

    def __init__(self, code: str) -> None:
        self._code, self._place = code, 0

    def next_section(self) -> bool:
        """Whether another section begins here; steps over the semicolon before it."""
        if self._place >= len(self._code):
            return False
        self._place += 1
        return True

    def section(self) -> Section:
        """The tokens up to the next semicolon."""
        tokens: list[Token] = []
        condition = None
        while self._place < len(self._code) and self._code[self._place] != ";":
            if self._code[self._place] == "[":
                inner = self._up_to("]")
                if match := _CONDITION.fullmatch(inner):
                    condition = match[1], Decimal(match[2])
                else:
                    tokens += _in_brackets(inner)
            else:
                tokens.append(self._token())
        return Section(tuple(tokens), condition)

    def _up_to(self, end: str) -> str:
        """What stands between the sign at this place and `end`; steps over both."""
        close = self._code.find(end, self._place + 1)
        if close < 0:
            raise UnknownFormat(self._code)
        text, self._place = self._code[self._place + 1 : close], close + 1
        return text

    def _token(self) -> Token:
        rest = self._code[self._place :]
        sign = rest[0]
        if sign == '"':
            return Token("literal", self._up_to('"'))
        if sign in "\\!_*":
            self._place += 2
            # After _ and * stands a character whose width is kept free, or that fills the cell: nothing to be read.
            return Token("literal", rest[1:2]) if sign in "\\!" else Token("blank", " ")
        words: dict[Kind, Sequence[str]] = {"general": known_formats().general, "half": known_formats().halves}
        for kind, names in words.items():
            for name in names:
                if rest[: len(name)].lower() == name.lower():
                    self._place += len(name)
                    return Token(kind, name)
        if match := re.match(r"[eE][+-]", rest):
            self._place += 2
            return Token("exponent", match[0])
        if sign.lower() in _DATE_LETTERS:
            run = re.match(f"{re.escape(sign)}+", rest, re.IGNORECASE)
            assert run is not None
            self._place += len(run[0])
            return Token("date", run[0].lower())
        self._place += 1
        return Token(_SINGLE.get(sign, "blank" if sign.isspace() else "literal"), sign)


def _in_brackets(inner: str) -> list[Token]:
    if _ELAPSED.fullmatch(inner):
        return [Token("elapsed", inner.lower())]
    if match := _LOCALE.fullmatch(inner):
        return [Token("literal", match["symbol"])] if match["symbol"] else []
    if inner.lower() in known_formats().colours or _HOW.fullmatch(inner):
        return []
    raise UnknownFormat(inner)
