"""Excel 97–2003 workbooks (.xls): the one sheet that is the table, its cells as a person sees them.

Belongs here: .xls, read with xlrd, which tells error cells from empty ones (calamine does not). Does not belong here:
.xlsx (`workbook`), HTML that is called .xls (`html`), choosing among sheets (`sheets`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from pipelines.sources.cells import cell_text
from pipelines.sources.reading.number_formats import NumberFormat, Shown, builtin_format, number_format
from pipelines.sources.reading.sheets import Sheet
from pipelines.sources.reading.table import Doubted, Doubts, Merge, Row
from pipelines.sources.reasons import Unreadable, reason

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of workbooks under a password, and of such as a rights server guards.
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "DRMContent"))


def sheets_of_xls(content: bytes) -> list[Sheet]:
    """All worksheets in their order. Raises Unreadable for a workbook that is damaged or under a password."""
    try:
        # The library's warnings would go to the standard output; what matters of them is refused.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except Exception as problem:  # a damaged file fails wherever it is damaged: no list of errors is complete
        locked = any(name in content for name in _ENCRYPTED) or "encrypted" in str(problem)
        raise Unreadable(
            reason("FILE_ENCRYPTED", detail="密码") if locked else reason("FILE_UNREADABLE", detail=type(problem).__name__)
        ) from None
    return [_sheet(book, sheet) for sheet in book.sheets()]


def _sheet(book: Any, sheet: Any) -> Sheet:
    styles = _Styles(book)
    rows: list[Row] = []
    doubts: Doubts = {}
    for row in range(sheet.nrows):
        cells = [styles.shown(cell) for cell in sheet.row(row)]
        doubtful = [(place, shown.doubt) for place, shown in enumerate(cells) if shown.doubt is not None]
        runs = [(place, Doubted("STRUCK_OUT")) for place in range(len(cells)) if styles.strikes_in(sheet, row, place)]
        if doubtful or runs:
            doubts[row + 1] = [*doubtful, *runs]
        rows.append((row + 1, [shown.text for shown in cells]))
    merges = tuple(Merge(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells)
    width = max((len(cells) for _, cells in rows), default=0)

    def padded() -> Iterator[Row]:
        for number, cells in rows:
            yield number, cells + [""] * (width - len(cells))

    return Sheet(sheet.name, sheet.visibility != 0, padded, merges, doubts)


class _Styles:
    """What the styles of a workbook make of its cells."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[int, NumberFormat] = {}
        self._codes = {of.format_key: of.format_str for of in book.format_list}

    def shown(self, cell: Any) -> Shown:
        """What a cell shows."""
        shown = self._value(cell)
        if shown.text.strip() and self._struck(self._book.xf_list[cell.xf_index].font_index):
            return Shown(shown.text, Doubted("STRUCK_OUT"))
        return shown

    def strikes_in(self, sheet: Any, row: int, place: int) -> bool:
        """Whether a part of a cell's text is struck out."""
        runs = sheet.rich_text_runlist_map.get((row, place), ())
        return any(self._struck(font) for _, font in runs)

    def _struck(self, font: int) -> bool:
        fonts = self._book.font_list
        return font < len(fonts) and bool(fonts[font].struck_out)

    def _value(self, cell: Any) -> Shown:
        if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return self._format(cell.xf_index).show(float(cell.value), bool(self._book.datemode))
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return self._format(cell.xf_index).show_text(cell.value)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return Shown(cell_text(bool(cell.value)))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return Shown(str(xlrd.error_text_from_code.get(cell.value, "#VALUE!")))
        return Shown("")

    def _format(self, style: int) -> NumberFormat:
        if not 0 <= style < len(self._book.xf_list):
            raise Unreadable(reason("FILE_UNREADABLE", detail="XF"))
        if style not in self._formats:
            key = self._book.xf_list[style].format_key
            self._formats[style] = number_format(self._codes[key]) if key in self._codes else builtin_format(key)
        return self._formats[style]
