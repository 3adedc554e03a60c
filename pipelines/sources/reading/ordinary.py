"""Whether every cell of a sheet is surely what it looks like, told by what its XML does not hold, without taking it apart; and
the cells whose style may show another thing than their value.

Belongs here: that one proof. What it says no to is not peculiar, only not proven ordinary, and is read cell by cell
(`sheet_xml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# What stands nowhere among the rows of an ordinary sheet: other markup than elements, formulas, error cells and dates as texts,
# struck texts, attributes in other quotes or with blanks around their sign.
_NOWHERE = (b"<!", b"<f", b":f", b'"e"', b'"d"', b"strike", b"='", b" s ")
# The same where a sign that they need stands somewhere: characters as numbers, escaped ones, attributes on lines of their own.
_NOWHERE_WITH = ((b"&", b"&#"), (b"_", b"_x"), (b"\n", b"\ns"), (b"\r", b"\rs"), (b"\t", b"\ts"))
_DECLARATION = re.compile(rb"\s*<\?xml[^?>]*\?>")
_UTF8 = re.compile(rb"encoding=[\"']utf-?8[\"']", re.IGNORECASE)
_START, _CELL, _ROW = b"<sheetData>", b'<c r="', b'<row r="'
_ROW_NUMBER = re.compile(rb'<row r="(\d{1,7})"')
_TWO_LETTERS = re.compile(rb'<c r="[A-Z]{2}')
_LAST_PLACE = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
# Cells that may be empty for each that is not, and as many as cost nothing.
_EMPTY, _FREE = 4, 1_000_000
_LETTERS = 26


@dataclass(frozen=True)
class Rows:
    """The rows in a sheet's part: the bytes from `start` to `end`, looked through where they lie."""

    xml: bytes
    start: int
    end: int

    def __contains__(self, mark: bytes) -> bool:
        return self.xml.find(mark, self.start, self.end) >= 0

    def count(self, mark: bytes) -> int:
        """How often the mark stands there."""
        return self.xml.count(mark, self.start, self.end)

    def search(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the pattern matches anywhere."""
        return pattern.search(self.xml, self.start, self.end) is not None


def ordinary_rows(xml: bytes) -> Rows | None:
    """The rows of a sheet's part, if they surely hold nothing but numbered cells without formulas and errors, none of them far
    from all others; else None.
    """
    if not _is_plain_utf8(xml):
        return None
    start, end = xml.find(_START), xml.rfind(b"</sheetData>")
    if start < 0 or end < start:
        return None
    if xml.find(b"<!", 0, start) >= 0 or xml.find(b"<!", end) >= 0:
        return None
    rows = Rows(xml, start + len(_START), end)
    marked = any(mark in rows for mark in _NOWHERE)
    if marked or any(sign in rows and mark in rows for sign, mark in _NOWHERE_WITH):
        return None
    cells = rows.count(_CELL)
    in_order = rows.count(b"<c") == cells and rows.count(b"<row") == rows.count(_ROW)
    return rows if in_order and _is_dense(rows, cells) else None


def styled_cells(rows: Rows, styles: Iterable[int]) -> Iterator[tuple[int, int, int, float]] | None:
    """The number cells of ordinary rows that have one of `styles`: row (from 1), column (from 0), style, value.

    None where a cell may have one in a way that is not seen here.
    """
    used = [style for style in styles if b' s="%d"' % style in rows]
    if not used:
        return iter(())
    which = b"|".join(b"%d" % style for style in used)
    cell = re.compile(
        rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: t="(\w+)")? s="(' + which + rb')"(?: t="(\w+)")?(?:/>|></c>|><v>([^<]*)</v></c>|><is>)'
    )
    found = cell.findall(rows.xml, rows.start, rows.end)
    there = sum(rows.count(b' s="%d"' % style) for style in used)
    if there != len(found):
        of_rows = re.compile(rb'<row r="\d+"[^<>]* s="(?:' + which + rb')"')
        there -= len(of_rows.findall(rows.xml, rows.start, rows.end))
    if there != len(found):
        return None
    return _numbers(found)


def may_be_before(rows: Rows, styles: Iterable[int], serial: int) -> bool:
    """Whether ordinary rows may hold a number below `serial`, which has as many digits, under one of `styles`."""
    digits = len(str(serial))
    return any(
        rows.search(re.compile(rb' s="%d"[^<>]*><v>(?:-|\d{1,%d}(?:[.eE<]))' % (style, digits)))
        for style in styles
        if b' s="%d"' % style in rows
    )


def _numbers(found: list[tuple[bytes, ...]]) -> Iterator[tuple[int, int, int, float]]:
    columns: dict[bytes, int] = {}
    for letters, row, kind, style, later_kind, value in found:
        if value and (kind or later_kind or b"n") == b"n":
            if letters not in columns:
                columns[letters] = column_number(letters) - 1
            yield int(row), columns[letters], int(style), float(value)


def _is_plain_utf8(xml: bytes) -> bool:
    """Whether the part is UTF-8, as every spreadsheet writes it, and says nothing else."""
    body = xml.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(body)
    start = declared.end() if declared else 0
    return (declared is None or b"encoding" not in declared[0] or _UTF8.search(declared[0]) is not None) and (
        body.find(b"<?", start) < 0
    )


def _is_dense(rows: Rows, cells: int) -> bool:
    """Whether no cell stands so far from all others that a table of all cells between them would be nothing but blanks."""
    last = _ROW_NUMBER.match(rows.xml, rows.xml.rfind(_ROW, rows.start, rows.end)) if cells else None
    if last is None:
        return not cells
    digits = len(last[1]) + 1
    further = re.compile(rb'<c r="(?:[A-Z]{3}|[A-Z]{1,2}\d{%d,})|<row r="\d{%d,}' % (digits, digits))
    if rows.search(further):
        return False
    width = _width(rows) if rows.search(_TWO_LETTERS) else _LETTERS
    # A row before the last may have any number of as many digits.
    return 10 ** len(last[1]) * min(width, _LETTERS) <= _FREE * _LETTERS and int(last[1]) * width <= cells * _EMPTY + _FREE


def _width(rows: Rows) -> int:
    """The place of the furthest cell."""
    return max(column_number(letters) for letters in set(_LAST_PLACE.findall(rows.xml, rows.start, rows.end)))


def column_number(letters: bytes) -> int:
    """The number (from 1) of the column with these letters."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number
