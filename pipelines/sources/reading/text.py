"""CSV, TSV and their kin: characters → rows of cells, the separator told by the header.

Belongs here: separators, quotes, line ends. Does not belong here: encodings (`encodings`), what is header and what is
body.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.csv

from pipelines.sources.reading.encodings import encoding_of, possible_originals
from pipelines.sources.reading.header import HEADER_WITHIN, find_header
from pipelines.sources.reading.table import CHUNK_ROWS, Columns, Grid, Row
from pipelines.sources.reasons import Reason, Unreadable, reason

_SEPARATORS = (",", "\t", ";", "|")
# Excel's own first line that names the separator; it shows no row for it.
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*")
_BLANK_LINES = (b"\n\n", b"\n\r", b"\r\r")
# Characters of a block, and rows of a piece where blocks do not do.
_BLOCK = 1 << 21
# Bytes of a block that one thread takes apart.
_SIDE_BY_SIDE = 1 << 20
_ROWS = 4_000

csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class _Text:
    """Characters that can be read again from their start."""

    reader: Callable[[], TextIO]
    complete: bool

    def characters(self) -> TextIO:
        """The characters from the first record on."""
        characters = self.reader()
        if self.named_separator():
            characters.readline()
        return characters

    def named_separator(self) -> str | None:
        named = _SEPARATOR_LINE.fullmatch(self.reader().readline(10))
        return named.group(1) if named else None


def records(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The records; a quoted cell that is not closed, or goes on after its quote, makes the file unreadable."""
    reader: Any = csv.reader(lines, delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as problem:
        raise Unreadable(reason("FILE_UNREADABLE", row=reader.line_num, detail=str(problem))) from None


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
    found = _Records(text, layout.separator)
    return Grid(None, found.rows, cut_shows=True, notes=notes, blocks=found.blocks)


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
        for row in islice(enumerate(records(text.characters(), separator), start=1), HEADER_WITHIN):
            rows.append(row)
    return rows


class _Records:
    """The records of a text in order: one by one, or, from wherever that was left, block by block."""

    def __init__(self, text: _Text, separator: str) -> None:
        self._characters = text.characters()
        self._separator = separator
        self._complete = text.complete
        self._number = 0
        self.rows = self._rows(self._characters)

    def _rows(self, lines: Iterable[str]) -> Iterator[Row]:
        cells: list[str] = []
        for cells in records(lines, self._separator):
            self._number += 1
            yield self._number, cells
        if any(cells) and not self._complete:
            raise Unreadable(
                reason("FILE_UNREADABLE", row=self._number, detail="末行没有换行符 / the last line has no line end")
            )

    def blocks(self) -> Iterator[list[Row] | Columns]:
        """Blocks without quotes, which hold one record per line, become columns at once; all else is read in rows."""
        rest = ""
        while piece := self._characters.read(_BLOCK):
            rest += piece
            if '"' in rest:
                break
            end = rest.rfind("\n") + 1 or rest.rfind("\r", 0, -1) + 1
            block, rest = rest[:end], rest[end:]
            columns = _columns(block, self._separator)
            if columns is None:
                numbered = enumerate(records(io.StringIO(block, newline=""), self._separator), start=self._number + 1)
                rows = list(numbered)
                self._number += len(rows)
                yield rows
                continue
            for start in range(0, len(columns[0]), CHUNK_ROWS):
                some = [column.slice(start, CHUNK_ROWS) for column in columns]
                yield Columns(range(self._number + 1, self._number + 1 + len(some[0])), some)
                self._number += len(some[0])
        rows_left = self._rows(chain(io.StringIO(rest + self._characters.readline(), newline=""), self._characters))
        while rows := list(islice(rows_left, _ROWS)):
            yield rows


def _columns(block: str, separator: str) -> list[pa.Array] | None:
    """The columns of a block without quotes; None where its lines are not all alike, or hold what no column can."""
    first = re.split("[\r\n]", block, maxsplit=1)[0]
    names = [str(place) for place in range(first.count(separator) + 1)]
    try:
        content = block.encode()
        if not first or first.startswith("\ufeff") or any(two in content for two in _BLANK_LINES):
            return None
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            pyarrow.csv.ReadOptions(column_names=names, block_size=_SIDE_BY_SIDE),
            pyarrow.csv.ParseOptions(delimiter=separator, quote_char=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    return [column.combine_chunks() for column in table.columns]
