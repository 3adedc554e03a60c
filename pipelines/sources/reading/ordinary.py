"""Whether every cell of a sheet is surely what it looks like: told by what its XML does not hold, without taking it apart.

Belongs here: that one proof. What it says no to is not peculiar, only not proven ordinary, and is read cell by cell (`sheet_xml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# What an ordinary sheet has nowhere: other markup than elements, characters as numbers, error cells, formulas, struck texts,
# escaped characters, cells whose attributes are written in another way than every spreadsheet writes them, columns beyond ZZ.
_NOWHERE = (
    b"<!", b"&#", b'"e"', b"'e'", b'"d"', b"<f>", b"<f ", b"<f/", b"<f\n", b"<f\r", b"<f\t", b"strike", b"<c>", b"<c/", b"<c\n",
    b"<c\r", b"<c\t", b"<row>", b"<row/", b"<row\n", b"<row\r", b"<row\t", b" s='", b" s ", b"\ns", b"\ts", b"\rs", b"_x",
)  # fmt: skip
_DECLARATION = re.compile(rb"\s*<\?xml[^?>]*?(?:encoding=[\"'](?:UTF|utf)-?8[\"'])?[^?>]*\?>")
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}')
_CELL, _ROW = b'<c r="', b"<row "
_ROW_NUMBER = re.compile(rb'<row (?:[a-zA-Z:]+="[^"<>]*" )*?r="(\d{1,7})"')
_PLACE = re.compile(rb'<c r="([A-Z]{1,2})(\d{1,7})"')
# Cells that may be empty for each that is not, and as many as cost nothing.
_EMPTY, _FREE = 4, 1_000_000


def is_ordinary(xml: bytes, peculiar_styles: Sequence[int]) -> bool:
    """Whether the part of a sheet holds nothing but rows of numbered cells without formulas, errors and peculiar styles.

    Parameters: `peculiar_styles` under which a cell may show another thing than its value.
    """
    if 0 in peculiar_styles or not _plain_utf8(xml) or any(mark in xml for mark in _NOWHERE):
        return False
    if any(b' s="%d"' % style in xml for style in peculiar_styles):
        return False
    cells = xml.count(_CELL)
    return xml.count(b"<c ") == cells and b":sheetData" not in xml and _FAR_COLUMN.search(xml) is None and _is_dense(xml, cells)


def _plain_utf8(xml: bytes) -> bool:
    """Whether the part is UTF-8, as every spreadsheet writes it, and says nothing else."""
    body = xml.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(body)
    start = declared.end() if declared else 0
    return (declared is None or b"encoding" not in declared[0] or b"utf-8" in declared[0].lower()) and body.find(b"<?", start) < 0


def _is_dense(xml: bytes, cells: int) -> bool:
    """Whether the rows follow one another and are about as wide as they are filled: no cell stands far from all others."""
    last, width = 0, 0
    place = xml.find(_ROW)
    while place >= 0:
        following = xml.find(_ROW, place + 1)
        end = following if following >= 0 else len(xml)
        row = _ROW_NUMBER.match(xml, place)
        if row is None or int(row[1]) <= last:
            return False
        last = int(row[1])
        outmost = xml.rfind(_CELL, place, end)
        if outmost >= 0:
            cell = _PLACE.match(xml, outmost)
            if cell is None or cell[2] != row[1]:
                return False
            width = max(width, _column(cell[1]))
        place = following
    return last * width <= cells * _EMPTY + _FREE


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
