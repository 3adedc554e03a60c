"""Excel 97–2003 workbooks (.xls): the one sheet with data, its cells as a person sees them.

Belongs here: .xls, read with xlrd, which tells error cells from empty ones (calamine does not). Does not belong here:
.xlsx (`workbook`), HTML that is called .xls (`html`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from pipelines.sources.masking import without_numbers
from pipelines.sources.reading.table import Grid, Merge, Row
from pipelines.sources.reading.workbook import only_table, seen
from pipelines.sources.reasons import Unreadable, reason

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_xls(content: bytes, nth: int | None = None) -> Grid:
    """The rows of the one sheet with data, hidden or not; or of the `nth` of them (the first is 0)."""
    try:
        # The library's warnings would go to the standard output; what matters of them is refused.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception as problem:  # a damaged file fails wherever it is damaged: no list of errors is complete
        locked = _ENCRYPTED in content or "encrypted" in str(problem)
        raise Unreadable(
            reason("FILE_ENCRYPTED") if locked else reason("FILE_UNREADABLE", detail=type(problem).__name__)
        ) from None
    filled = [(sheet.visibility != 0, sheet) for sheet in book.sheets() if _has_data(sheet)]
    sheet = only_table(filled, nth)
    merges = tuple(Merge(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Grid(without_numbers(sheet.name), _rows(book, sheet), cut_shows=False, merges=merges)


def _has_data(sheet: Any) -> bool:
    empty = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    return any(kind not in empty for row in range(sheet.nrows) for kind in sheet.row_types(row))


def _rows(book: Any, sheet: Any) -> Iterator[Row]:
    for row in range(sheet.nrows):
        yield row + 1, [_text(book, cell) for cell in sheet.row(row)]


def _text(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return seen(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return seen(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return seen(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    return cell.value if isinstance(cell.value, str) else seen(cell.value)
