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
import pyarrow.compute as pc
import pyarrow.csv

from pipelines.sources.reading.encodings import encoding_of, possible_originals, without_marks_and_tail
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
# Of so many last cells the shortest says how long one must be.
_ENOUGH = 3

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
    header_row: int = 0


def open_text(content: bytes, known_headers: frozenset[str]) -> Grid:
    """The rows of a text file. Raises Unreadable where encoding or separator is not certain."""
    content = without_marks_and_tail(content)
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
    rejects: list[Reason] = []
    found = _Records(text, layout, notes, rejects)
    return Grid(None, found.rows, cut_shows=True, notes=notes, rejects=rejects, blocks=found.blocks)


def _again(text: str) -> Callable[[], TextIO]:
    return lambda: io.StringIO(text, newline="")


def _layout(text: _Text, known_headers: frozenset[str]) -> _Layout:
    """The separator under which most of the contract's headers show; without any known, that of the widest first row."""
    named = text.named_separator()
    found: list[_Layout] = []
    for separator in (named,) if named else _SEPARATORS:
        header = find_header(_first_rows(text, separator), known_headers)
        found.append(
            _Layout(separator, header.matches, len(header.names), header.last_row) if header else _Layout(separator, 0, 0)
        )
    return max(found, key=lambda one: (one.matches, one.width))


def _first_rows(text: _Text, separator: str) -> list[Row]:
    """The rows among which the header must be, or those before the first that cannot be read."""
    rows: list[Row] = []
    with suppress(Unreadable):
        for row in islice(enumerate(records(text.characters(), separator), start=1), HEADER_WITHIN):
            rows.append(row)
    return rows


@dataclass
class _LastCells:
    """How long the last cells of a text's records are: of how many, the shortest and longest that says something."""

    count: int = 0
    shortest: int = sys.maxsize
    longest: int = 0
    any_empty: bool = False

    def add(self, length: int) -> None:
        """Take in one more."""
        self.count += 1
        self.any_empty |= not length
        if length:
            self.shortest, self.longest = min(self.shortest, length), max(self.longest, length)

    def add_all(self, column: pa.Array) -> None:
        """Take in a column of them."""
        lengths = pc.utf8_length(column).to_numpy(zero_copy_only=False)
        some = lengths[lengths > 0]
        self.count += len(lengths)
        self.any_empty |= len(some) < len(lengths)
        if len(some):
            self.shortest, self.longest = min(self.shortest, int(some.min())), max(self.longest, int(some.max()))

    def look_whole_beside(self, last: str) -> bool:
        """Whether a last cell is as long as others are; of few others only where these are of one length."""
        if not last:
            return self.any_empty or not self.count
        alike = self.count >= _ENOUGH or self.shortest == self.longest
        return not (self.longest and alike and len(last) < self.shortest)


class _Records:
    """The records of a text in order: one by one, or, from wherever that was left, block by block.

    The last break of a file may be absent (RFC 4180); `notes` say so. Nothing but the look of the others tells whether the last
    cell is whole then: one that looks cut goes to `rejects` with its record.
    """

    def __init__(self, text: _Text, layout: _Layout, notes: list[Reason], rejects: list[Reason]) -> None:
        self._characters = text.characters()
        self._separator = layout.separator
        self._header_row = layout.header_row
        self._complete = text.complete
        self._notes, self._rejects = notes, rejects
        self._number = 0
        self._ends = _LastCells()
        self._waiting: Row | None = None  # of an incomplete text: the record that may be its last one
        self.rows = self._rows(self._characters)

    def _rows(self, lines: Iterable[str]) -> Iterator[Row]:
        for cells in records(lines, self._separator):
            self._number += 1
            if self._complete:
                yield self._number, cells
            else:
                before, self._waiting = self._waiting, (self._number, cells)
                yield from self._followed(before)
        last, self._waiting = self._waiting, None
        if last is not None and not self._may_be_cut(last):
            yield last

    def _followed(self, row: Row | None) -> list[Row]:
        """A record of an incomplete text that others follow, so that it is whole."""
        if row is None:
            return []
        if row[0] > self._header_row and row[1]:
            self._ends.add(len(row[1][-1]))
        return [row]

    def _may_be_cut(self, row: Row) -> bool:
        number, cells = row
        is_record = sum(bool(cell.strip()) for cell in cells) * 2 >= len(cells)
        cut = is_record and not self._ends.look_whole_beside(cells[-1])
        if cut:
            self._rejects.append(reason("TEXT_CUT", row=number))
        elif is_record:
            self._notes.append(reason("LAST_LINE_OPEN", row=number))
        return cut

    def blocks(self) -> Iterator[list[Row] | Columns]:
        """Blocks without quotes, which hold one record per line, become columns at once; all else is read in rows."""
        rest = ""
        while piece := self._characters.read(_BLOCK):
            rest += piece
            if '"' in rest:
                break
            end = rest.rfind("\n") + 1 or rest.rfind("\r", 0, -1) + 1
            if end and self._waiting is not None:
                before, self._waiting = self._waiting, None
                yield self._followed(before)
            block, rest = rest[:end], rest[end:]
            columns = _columns(block, self._separator)
            if columns is not None and not self._complete:
                self._ends.add_all(columns[-1])
            if columns is None:
                numbered = enumerate(records(io.StringIO(block, newline=""), self._separator), start=self._number + 1)
                rows = list(numbered)
                self._number += len(rows)
                yield rows if self._complete else [row for found in rows for row in self._followed(found)]
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
