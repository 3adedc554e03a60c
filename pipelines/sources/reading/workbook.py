"""Excel workbooks (.xlsx): the one sheet with data, its cells as a person sees them.

Belongs here: sheets, cells, merges and error cells of xlsx. Does not belong here: the older .xls (`legacy`).
Read with calamine, which is fast and knows both date epochs; it gives an error cell (#REF!) as an empty one, so these are
looked up in the sheet's own XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import python_calamine

from pipelines.sources.cells import cell_text
from pipelines.sources.masking import without_numbers
from pipelines.sources.reading.archive import is_zip, opened, unpacked
from pipelines.sources.reading.table import Grid, Merge, NoMoreTables, Row
from pipelines.sources.reasons import Unreadable, reason

_WORKBOOK = "xl/workbook.xml"
# What calamine reads besides the sheets.
_READ_FIRST = {"xl/sharedStrings.xml", "xl/styles.xml"}
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are an .xlsx; other documents kept as zip are refused here."""
    if not is_zip(content):
        return False
    names = opened(content).namelist()
    if _WORKBOOK in names:
        return True
    detail = "ODS" if "mimetype" in names else "XLSB" if "xl/workbook.bin" in names else "Office"
    raise Unreadable(reason("FILE_FORMAT", detail=detail))


def open_workbook(content: bytes, nth: int | None = None) -> Grid:
    """The rows of the one sheet with data, hidden or not; or of the `nth` of them (the first is 0)."""
    container = opened(content)
    try:
        # First in Python, which reads no more of a part than its directory states: calamine would unpack whatever comes.
        errors = _error_cells(container)
        for name in _READ_FIRST & set(container.namelist()):
            unpacked(container, name)
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (meta.visible is not python_calamine.SheetVisibleEnum.Visible, workbook.get_sheet_by_name(meta.name))
            for meta in workbook.sheets_metadata
            if meta.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (python_calamine.CalamineError, OSError, ElementTree.ParseError, LookupError, ValueError) as problem:
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None
    sheet = only_table([(hidden, one) for hidden, one in sheets if errors.get(one.name) or _has_data(one)], nth)
    merges = tuple(
        Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Grid(without_numbers(sheet.name), _rows(sheet, errors.get(sheet.name, {})), cut_shows=False, merges=merges)


def only_table(sheets: list[tuple[bool, Any]], nth: int | None = None) -> Any:
    """The one sheet with data of (is it hidden, sheet); Unreadable where there are none or several.

    With `nth` that one of several; NoMoreTables where there are not as many.
    """
    if nth and nth >= len(sheets):
        raise NoMoreTables
    if nth is not None and sheets:
        return sheets[nth][1]
    if len(sheets) > 1:
        raise Unreadable(reason("SEVERAL_TABLES", found=len(sheets), hidden=sum(hidden for hidden, _ in sheets)))
    if not sheets:
        raise Unreadable(reason("FILE_EMPTY"))
    return sheets[0][1]


def _has_data(sheet: Any) -> bool:
    return any(any(cell != "" for cell in row) for row in sheet.iter_rows())


def _rows(sheet: Any, errors: dict[tuple[int, int], str]) -> Iterator[Row]:
    left = sheet.start[1] if sheet.start else 0
    missing = [""] * left
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, place), text in errors.items():
        by_row.setdefault(row, []).append((place, text))
    number = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = missing + [value if isinstance(value, str) else seen(value) for value in values]
        if number in by_row:
            cells = _with_errors(cells, by_row.pop(number))
        yield number, cells
    for number in sorted(by_row):  # a sheet may end in rows of errors only
        yield number, _with_errors([], by_row[number])


def _with_errors(cells: list[str], errors: list[tuple[int, str]]) -> list[str]:
    wide = [*cells, *[""] * (max(place for place, _ in errors) + 1 - len(cells))]
    for place, text in errors:
        wide[place] = text
    return wide


def seen(value: Any) -> str:
    """A workbook's value as the text a person sees: seconds at the finest."""
    if isinstance(value, datetime):
        return cell_text((value + timedelta(microseconds=500_000)).replace(microsecond=0))
    if isinstance(value, time):
        return value.isoformat("seconds")
    return cell_text(value)


def _error_cells(container: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """The error cells of each sheet by row (from 1) and column (from 0). Reading them proves the sheets' checksums too."""
    relations = ElementTree.fromstring(unpacked(container, "xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found: dict[str, dict[tuple[int, int], str]] = {}
    for sheet in ElementTree.fromstring(unpacked(container, _WORKBOOK)).iter():
        target = targets.get(sheet.get(f"{_REL}id")) if sheet.tag.endswith("}sheet") else None
        if target is not None and "worksheet" in target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[sheet.get("name", "")] = _errors_in(unpacked(container, part))
    return found


def _errors_in(xml: bytes) -> dict[tuple[int, int], str]:
    errors: dict[tuple[int, int], str] = {}
    if b't="e"' not in xml and b"t='e'" not in xml:
        return errors
    for attributes, inner in _ERROR_CELL.findall(xml):
        place, value = _PLACE.search(attributes), _VALUE.search(inner)
        if place is None:
            raise Unreadable(reason("FILE_UNREADABLE", detail="error cell"))
        errors[int(place.group(2)), _column(place.group(1))] = value.group(1).decode() if value else "#VALUE!"
    return errors


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
