"""CSV, TSV and their kin: characters → rows of cells, the separator told by the header.

Belongs here: separators, quotes, line ends. Does not belong here: encodings (`encodings`), what is header and what is
body.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, TextIO

from pipelines.sources.reading.encodings import encoding_of, possible_originals
from pipelines.sources.reading.header import HEADER_WITHIN, find_header
from pipelines.sources.reading.table import Grid, Row
from pipelines.sources.reasons import Reason, Unreadable, reason

_SEPARATORS = (",", "\t", ";", "|")
# Excel's own first line that names the separator; it shows no row for it.
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*")

csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class _Text:
    """Characters that can be read again from their start."""

    reader: Callable[[], TextIO]
    complete: bool

    def rows(self, separator: str) -> Iterator[list[str]]:
        """The records; a quoted cell that is not closed, or goes on after its quote, makes the file unreadable."""
        characters = self.reader()
        if self.named_separator():
            characters.readline()
        lines: Any = csv.reader(characters, delimiter=separator, strict=True)
        try:
            yield from lines
        except csv.Error as problem:
            raise Unreadable(reason("FILE_UNREADABLE", row=lines.line_num, detail=str(problem))) from None

    def named_separator(self) -> str | None:
        named = _SEPARATOR_LINE.fullmatch(self.reader().readline(10))
        return named.group(1) if named else None


@dataclass(frozen=True)
class _Layout:
    """A separator and how much of the contract's headers its reading shows."""

    separator: str
    matches: int
    width: int


def open_text(content: bytes, known_headers: frozenset[str]) -> Grid:
    """The rows of a text file. Raises Unreadable where encoding or separator is not certain."""
    encoding = encoding_of(content)
    text = _Text(lambda: encoding.reader(content), encoding.ends_in_line_end(content))
    layout = _layout(text, known_headers)
    notes: list[Reason] = []
    if known_headers and not layout.matches:
        for original in possible_originals(encoding.reader(content).read()):
            repaired = _Text(_again(original), text.complete)
            better = _layout(repaired, known_headers)
            if better.matches:
                text, layout, notes = repaired, better, [reason("ENCODING_REPAIRED")]
                break
    if encoding.unsure and not notes:
        raise Unreadable(reason("FILE_ENCODING", row=1))
    return Grid(None, _numbered(text, layout.separator), cut_shows=True, notes=notes)


def _again(text: str) -> Callable[[], TextIO]:
    return lambda: io.StringIO(text, newline="")


def _layout(text: _Text, known_headers: frozenset[str]) -> _Layout:
    """The separator under which most of the contract's headers show; without any known, that of the widest first row."""
    named = text.named_separator()
    found: list[_Layout] = []
    for separator in (named,) if named else _SEPARATORS:
        header = find_header(_first_rows(text, separator), known_headers)
        found.append(_Layout(separator, header.matches if header else 0, len(header.names) if header else 0))
    return max(found, key=lambda one: (one.matches, one.width))


def _first_rows(text: _Text, separator: str) -> list[Row]:
    """The rows among which the header must be, or those before the first that cannot be read."""
    rows: list[Row] = []
    with suppress(Unreadable):
        for row in islice(enumerate(text.rows(separator), start=1), HEADER_WITHIN):
            rows.append(row)
    return rows


def _numbered(text: _Text, separator: str) -> Iterator[Row]:
    number = 0
    cells: list[str] = []
    for number, cells in enumerate(text.rows(separator), start=1):
        yield number, cells
    if any(cells) and not text.complete:
        raise Unreadable(reason("FILE_UNREADABLE", row=number, detail="末行没有换行符 / the last line has no line end"))
