"""The compact form of cases: one cell or one row over the right row of its dataset, written as CSV or as a workbook.

Belongs here: the typed shape of an entry and the bytes it is delivered as. Does not belong here: what a reader makes of them.
What needs a file made by another program (Excel 97, WPS, a damaged archive) is a case of the folder form.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, model_validator

from pipelines.files import read_yaml

_BASE_ROWS = Path(__file__).with_name("base_rows.yml")
_FIRST_ROW = 2  # the header stands in row 1
_LINE_END = "\r\n"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(_Strict):
    """A number of a workbook that its format shows otherwise than it is stored; or what a formula had given (`formula`)."""

    value: StrictInt | StrictFloat | StrictStr | None = None
    format: StrictStr | None = None
    formula: StrictStr | None = None


Cell = StrictStr | StrictInt | StrictFloat | Shown
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Sent:
    """A delivered file."""

    name: str
    content: bytes


class Compact(_Strict):
    """An entry of a list of cases.

    The file: `cells` (header → cell) over the right row, or `rows`, several of them; a header that the right row does not have
    becomes a column of its own. `column` with `forms` is one case per spelling of that cell, with `headers` one per spelling of
    that header. `renamed`: other headers, `left_out`: headers that do not come. `text` is the whole file instead.

    What is right is said as in `case.yml`, of the first row without its number; `landed` is the number of landed rows, without
    the right one that goes along below.
    """

    kind: str
    zh: str
    en: str
    dataset: str
    cells: dict[str, Cell] = {}
    rows: tuple[dict[str, Cell], ...] = ()
    column: str | None = None
    forms: tuple[Cell, ...] = ()
    headers: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    left_out: tuple[str, ...] = ()
    text: str | None = None
    made_as: Literal["csv", "xlsx"] = Field("csv", alias="as")
    encoding: str = "utf-8"
    separator: str = ","
    line_end: str = _LINE_END
    before: str = ""
    after: str = ""
    outcome: str | tuple[str, ...]
    values: dict[int, dict[str, StrictStr]] | dict[str, StrictStr] = {}
    asked: dict[int, tuple[str, ...]] | tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    landed: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Compact:
        if bool(self.cells) + bool(self.rows) + (self.text is not None) > 1:
            raise ValueError("one of 'cells', 'rows' and 'text'")
        if (self.column is None) != (not self.forms and not self.headers) or (self.forms and self.headers):
            raise ValueError("'column' goes with 'forms' or 'headers'")
        if self.text is None and self.dataset not in base_rows():
            raise ValueError(f"base_rows.yml has no row of {self.dataset}")
        if self.made_as == "csv" and any(not isinstance(cell, str) for cell in self._cells()):
            raise ValueError("a number or a format goes with 'as: xlsx'")
        return self

    def _cells(self) -> Iterator[Cell]:
        for row in (self.cells, *self.rows):
            yield from row.values()
        yield from self.forms

    def expected(self) -> dict[str, Any]:
        """What is right, in the words of `case.yml`."""
        values = self.values if _by_row(self.values) else {_FIRST_ROW: self.values} if self.values else {}
        asked = self.asked if isinstance(self.asked, dict) else {_FIRST_ROW: self.asked} if self.asked else {}
        beside = 0 if self.text is not None else len(base_rows()[self.dataset]) - 1
        return {
            "outcome": self.outcome,
            "values": values,
            "asked": asked,
            "held": self.held,
            "notes": self.notes,
            "rows": None if self.landed is None else self.landed + beside,
        }


def _by_row(values: Mapping[Any, Any]) -> bool:
    return any(isinstance(key, int) for key in values)


@cache
def base_rows() -> dict[str, list[dict[str, str]]]:
    """Right rows per dataset, by header: the one that a case changes, and perhaps one that goes along below."""
    rows: dict[str, list[dict[str, str]]] = read_yaml(_BASE_ROWS)
    return rows


def deliveries(entry: Compact) -> Iterator[Sent]:
    """The file of an entry, one per form of its cell or of its header."""
    rows: tuple[Row, ...] = entry.rows or (entry.cells,)
    if entry.column is None:
        yield _file(entry, rows, entry.renamed)
    for form in entry.forms:
        yield _file(entry, tuple({**row, str(entry.column): form} for row in rows), entry.renamed)
    for header in entry.headers:
        yield _file(entry, rows, {**entry.renamed, str(entry.column): header})


def _file(entry: Compact, rows: tuple[Row, ...], renamed: Mapping[str, str]) -> Sent:
    if entry.text is not None:
        lines = entry.text.split("\n")
        return Sent("a.csv", _encoded(entry, lines))
    right, *beside = base_rows()[entry.dataset]
    names = [
        name for name in dict.fromkeys([*right, *(name for row in rows for name in row)]) if name not in entry.left_out
    ]
    sent: list[Row] = [*({**right, **row} for row in rows), *beside]
    table: list[list[Cell]] = [[renamed.get(name, name) for name in names]]
    table += [[row.get(name, "") for name in names] for row in sent]
    if entry.made_as == "xlsx":
        return Sent("a.xlsx", workbook(table))
    return Sent("a.csv", _encoded(entry, [_line(cells, entry.separator) for cells in table]))


def _encoded(entry: Compact, lines: list[str]) -> bytes:
    text = entry.before + "".join(line + entry.line_end for line in lines) + entry.after
    return text.encode(entry.encoding)


def _line(cells: list[Any], separator: str) -> str:
    return separator.join(_quoted(str(cell), separator) for cell in cells)


def _quoted(cell: str, separator: str) -> str:
    special = any(sign in cell for sign in (separator, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if special else cell


def workbook(table: list[list[Cell]]) -> bytes:
    """A workbook of one sheet; texts are text cells."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名册")
        for row, cells in enumerate(table):
            for place, cell in enumerate(cells):
                _write(book, sheet, row, place, cell)
    return target.getvalue()


def _write(book: Any, sheet: Any, row: int, place: int, cell: Cell) -> None:
    shown = cell if isinstance(cell, Shown) else Shown(value=cell)
    style = book.add_format({"num_format": shown.format}) if shown.format is not None else None
    if shown.formula is not None:
        sheet.write_formula(row, place, shown.formula, style, "" if shown.value is None else shown.value)
    elif isinstance(shown.value, str):
        sheet.write_string(row, place, shown.value, style)
    elif shown.value is not None:
        sheet.write_number(row, place, shown.value, style)
