"""The styles of a workbook, as far as they change what a person sees of a cell: its number format, and whether it is struck out.

Belongs here: styles.xml and the texts that the sheets share. Does not belong here: cells (`sheet_xml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.sources.reading.number_formats import NumberFormat, builtin_format, number_format
from pipelines.sources.reading.ordinary import Rows
from pipelines.sources.reading.package import parsed

_OFF = ("0", "false")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Styles:
    """By the number a cell names: its format, and whether it is struck out."""

    formats: tuple[NumberFormat, ...] = (builtin_format(0),)
    struck: tuple[bool, ...] = (False,)

    @property
    def peculiar(self) -> list[int]:
        """The styles under which a number may look otherwise than its value, or than the whole day that it stands for."""
        return [place for place, of in enumerate(self.formats) if not (of.is_plain or of.is_whole_date)]

    @property
    def whole_dates(self) -> list[int]:
        """The styles under which a number is shown as a whole day."""
        return [place for place, of in enumerate(self.formats) if of.is_whole_date]

    def changes_more_than_numbers(self, rows: Rows) -> bool:
        """Whether rows, as the sheet's part has them, may hold struck cells, or texts that show something else."""
        of_texts = [
            place for place, (of, struck) in enumerate(zip(self.formats, self.struck, strict=True)) if struck or of.changes_texts
        ]
        # A cell that names no style has the first one.
        return 0 in {*of_texts, *self.peculiar} or any(b' s="%d"' % place in rows for place in of_texts)


@dataclass
class _StylesPart:
    """Collects fonts, formats and styles while the part is gone through."""

    path: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    fonts: list[bool] = field(default_factory=list)
    styles: list[tuple[int, int]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rsplit(":", 1)[-1]
        parent = self.path[-1] if self.path else ""
        if local == "numFmt" and parent == "numFmts":
            self.codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "General")
        elif local == "font" and parent == "fonts":
            self.fonts.append(False)
        elif local == "strike" and self.path[-2:] == ["fonts", "font"]:
            self.fonts[-1] = attributes.get("val", "1") not in _OFF
        elif local == "xf" and parent == "cellXfs":
            self.styles.append((_number(attributes.get("numFmtId")), _number(attributes.get("fontId"))))
        self.path.append(local)

    def end(self, _: str) -> None:
        self.path.pop()


def read_styles(xml: bytes) -> Styles:
    """The styles of styles.xml. Raises Unreadable where that is not well-formed."""
    part = _StylesPart()
    parsed(xml, part.start, part.end, lambda _: None)
    if not part.styles:
        return Styles()
    return Styles(
        tuple(number_format(part.codes[of]) if of in part.codes else builtin_format(of) for of, _ in part.styles),
        tuple(part.fonts[font] if font < len(part.fonts) else False for _, font in part.styles),
    )


@dataclass(frozen=True)
class SharedTexts:
    """The texts that cells name by number, and which of them are struck out, in whole or in part."""

    texts: tuple[str, ...] = ()
    struck: frozenset[int] = frozenset()


class RichText:
    """Puts one text together from its runs; what tells how to read it aloud is none of it."""

    def __init__(self) -> None:
        self.text, self.struck = "", False
        self._strikes = False
        self._aloud = 0

    def start(self, local: str, attributes: dict[str, str]) -> None:
        """An element inside the text begins."""
        if local == "rPh":
            self._aloud += 1
        elif local == "r":
            self._strikes = False
        elif local == "strike":
            self._strikes = attributes.get("val", "1") not in _OFF

    def end(self, local: str, taken: str) -> None:
        """An element inside the text ends; `taken` are its characters."""
        if local == "rPh":
            self._aloud -= 1
        elif local == "t" and not self._aloud:
            self.text += unescaped(taken)
            self.struck |= self._strikes and bool(taken.strip())


def read_shared_texts(xml: bytes) -> SharedTexts:
    """The texts of sharedStrings.xml, in order. Raises Unreadable where that is not well-formed."""
    texts: list[str] = []
    struck: set[int] = set()
    rich = RichText()
    taken: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal rich
        local = name.rsplit(":", 1)[-1]
        taken.clear()
        if local == "si":
            rich = RichText()
        rich.start(local, attributes)

    def end(name: str) -> None:
        local = name.rsplit(":", 1)[-1]
        rich.end(local, "".join(taken))
        taken.clear()
        if local == "si":
            if rich.struck:
                struck.add(len(texts))
            texts.append(rich.text)

    parsed(xml, start, end, taken.append)
    return SharedTexts(tuple(texts), frozenset(struck))


def unescaped(text: str) -> str:
    """A text with `_x000D_` as the character it stands for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _number(stated: str | None) -> int:
    return int(stated) if stated and stated.isascii() and stated.isdigit() else 0
