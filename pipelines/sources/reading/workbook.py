"""Excel workbooks (.xlsx): the one sheet that is the table, its cells as a person sees them.

Belongs here: the parts of a workbook and its sheets. Does not belong here: the older .xls (`legacy`), cells (`sheet_xml`),
choosing among sheets (`sheets`).
Sheets in which every cell is surely what it looks like are read with calamine, which is fast; all others cell by cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import python_calamine

from pipelines.sources.cells import cell_text
from pipelines.sources.reading.archive import is_zip
from pipelines.sources.reading.date_formats import FIRST_CERTAIN_SERIAL
from pipelines.sources.reading.ordinary import may_be_before, ordinary_rows, styled_cells
from pipelines.sources.reading.package import Package, workbook_part
from pipelines.sources.reading.sheet_xml import Surroundings, read_sheet
from pipelines.sources.reading.sheets import Sheet
from pipelines.sources.reading.table import Doubts, Merge, Row
from pipelines.sources.reading.workbook_styles import SharedTexts, Styles, read_shared_texts, read_styles
from pipelines.sources.reasons import Unreadable, reason

_ON = ("1", "true")
# Where calamine looks for them, whatever the relationships say.
_USUAL = {"main": "xl/workbook.xml", "sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are an .xlsx; other documents kept as zip are refused here."""
    if not is_zip(content):
        return False
    package = Package(content)
    if workbook_part(package) is not None:
        return True
    detail = "ODS" if "mimetype" in package else "XLSB" if "xl/workbook.bin" in package else "Office"
    raise Unreadable(reason("FILE_FORMAT", detail=detail))


def sheets_of(content: bytes) -> list[Sheet]:
    """All worksheets in their order. Raises Unreadable for a workbook that is damaged."""
    workbook = _Workbook.opened(content)
    return [workbook.sheet(place) for place in workbook.places]


@dataclass(frozen=True)
class _Place:
    """Where a worksheet is: its name, whether it is hidden, the part that holds it."""

    name: str
    hidden: bool
    part: str


class _Workbook:
    """A workbook whose sheets are read when they are asked for."""

    def __init__(self, content: bytes, package: Package, main: str) -> None:
        self._content, self._package = content, package
        targets = {relation.id: relation for relation in package.relations(main)}
        tree = package.tree(main)
        self.places = [
            _Place(sheet.attributes.get("name", ""), sheet.attributes.get("state", "visible") != "visible", relation.target)
            for sheets in tree.all("sheets")[:1]
            for sheet in sheets.all("sheet")
            if (relation := targets.get(_relation_id(sheet.attributes))) is not None and relation.kind == "worksheet"
        ]
        parts = {kind: next((relation.target for relation in targets.values() if relation.kind == kind), None) for kind in _USUAL}
        parts["main"] = main
        self._texts_part = parts["sharedStrings"]
        styles = parts["styles"]
        self._styles = read_styles(package.read(styles)) if styles is not None and styles in package else Styles()
        self._texts: SharedTexts | None = None
        properties, calculation = tree.first("workbookPr"), tree.first("calcPr")
        self._epoch_1904 = properties is not None and properties.attributes.get("date1904") in _ON
        self._recalculates = calculation is not None and calculation.attributes.get("fullCalcOnLoad") in _ON
        self._usual_parts = all(part in (None, _USUAL[kind]) for kind, part in parts.items())
        self._calamine: Any = None

    @classmethod
    def opened(cls, content: bytes) -> _Workbook:
        """The workbook in the bytes."""
        package = Package(content)
        main = workbook_part(package)
        if main is None:
            raise Unreadable(reason("FILE_FORMAT", detail="Office"))
        return cls(content, package, main)

    def sheet(self, place: _Place) -> Sheet:
        """One sheet, read in the quick way where that is surely right."""
        quick = self._quick(place)
        if quick is not None:
            return quick
        around = Surroundings(self._shared(), self._styles, self._epoch_1904, self._recalculates)
        cells = read_sheet(self._package.read(place.part), around)
        return Sheet(place.name, place.hidden, cells.rows, tuple(cells.merges), cells.doubts, tuple(cells.far_rows))

    def _shared(self) -> SharedTexts:
        if self._texts is None:
            there = self._texts_part is not None and self._texts_part in self._package
            self._texts = read_shared_texts(self._package.read(self._texts_part or "")) if there else SharedTexts()
        return self._texts

    def _plain_texts(self) -> bool:
        """Whether no text that the sheets share is struck out. Reading them proves their checksum and size too: calamine would
        unpack whatever comes."""
        if self._texts_part is None or self._texts_part not in self._package:
            return True
        return b"strike" not in self._package.read(self._texts_part)

    def _quick(self, place: _Place) -> Sheet | None:
        """The sheet as calamine reads it, with what its number formats show; None where that may not be right."""
        proven = self._proven(place.part)
        if proven is None:
            return None
        try:
            if self._calamine is None:
                self._calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self._content))
            sheet = self._calamine.get_sheet_by_name(place.name)
        except (python_calamine.CalamineError, OSError, LookupError, ValueError):
            return None
        merges = tuple(
            Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        )
        shown, doubts = proven
        return Sheet(place.name, place.hidden, lambda: _rows(sheet, shown), merges, doubts)

    def _proven(self, part: str) -> tuple[dict[int, list[tuple[int, str]]], Doubts] | None:
        """What the cells of a sheet show otherwise than their value, and their doubts, if the sheet is ordinary; else None."""
        xml = self._package.read(part)
        rows = ordinary_rows(xml) if self._usual_parts and self._package.by_the_book else None
        if rows is None or self._styles.changes_more_than_numbers(rows) or not self._plain_texts():
            return None
        if may_be_before(rows, self._styles.whole_dates, FIRST_CERTAIN_SERIAL):
            return None
        cells = styled_cells(rows, self._styles.peculiar)
        return None if cells is None else self._shown(cells)

    def _shown(self, cells: Iterable[tuple[int, int, int, float]]) -> tuple[dict[int, list[tuple[int, str]]], Doubts]:
        """What cells (row, column, style, value) show, by row, where that is not what their value looks like; their doubts."""
        texts: dict[int, list[tuple[int, str]]] = {}
        doubts: Doubts = {}
        for row, place, style, value in cells:
            shown = self._styles.formats[style].shown_otherwise(value, self._epoch_1904)
            if shown is None:
                continue
            texts.setdefault(row, []).append((place, shown.text))
            if shown.doubt is not None:
                doubts.setdefault(row, []).append((place, shown.doubt))
        return texts, doubts


def _relation_id(attributes: dict[str, str]) -> str:
    """The relationship that a sheet names: an attribute `id` of another namespace than its own, whatever its prefix."""
    return next((value for key, value in attributes.items() if key.endswith(":id")), "")


def _rows(sheet: Any, shown: dict[int, list[tuple[int, str]]]) -> Iterator[Row]:
    missing = [""] * (sheet.start[1] if sheet.start else 0)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = missing + [value if isinstance(value, str) else seen(value) for value in values]
        for place, text in shown.get(number, ()):
            cells[place] = text
        yield number, cells


def seen(value: Any) -> str:
    """A workbook's value as the text a person sees: seconds at the finest."""
    if isinstance(value, datetime):
        return cell_text((value + timedelta(microseconds=500_000)).replace(microsecond=0))
    if isinstance(value, time):
        return value.isoformat("seconds")
    return cell_text(value)
