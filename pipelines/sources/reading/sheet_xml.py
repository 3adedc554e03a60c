"""The cells of one sheet of an .xlsx, read from its XML one by one: what each shows, and what is doubtful about it.

Belongs here: rows, cells, formulas, merges as the sheet's part has them; cells far away cost nothing. Does not belong here: which
sheet is read (`sheets`), finding the parts (`package`), styles (`workbook_styles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.sources.cells import cell_text
from pipelines.sources.reading.date_formats import serial_of
from pipelines.sources.reading.number_formats import Shown, builtin_format
from pipelines.sources.reading.package import parsed
from pipelines.sources.reading.table import Doubted, Doubts, Merge, Row
from pipelines.sources.reading.workbook_styles import RichText, SharedTexts, Styles, unescaped
from pipelines.sources.reasons import Unreadable, reason

# No table of a contract is as wide; what stands further right is beside it.
WIDEST = 512
_ROWS, _COLUMNS = 1_048_576, 16_384
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
# A row is kept as it is if at least one in so many of its cells says something, else as those that do.
_SPARSE = 4


@dataclass(frozen=True)
class Surroundings:
    """What the cells of a sheet lean on: texts, styles, the first day of the count, and whether formulas still wait to be
    calculated when the workbook is opened.
    """

    texts: SharedTexts
    styles: Styles
    epoch_1904: bool = False
    recalculates: bool = False


@dataclass
class SheetCells:
    """The rows that say something, doubts by row, merges, and the rows with cells beyond WIDEST."""

    doubts: Doubts = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    far_rows: list[int] = field(default_factory=list)
    width: int = 0
    _rows: list[tuple[int, list[str] | dict[int, str]]] = field(default_factory=list)

    def keep(self, number: int, cells: list[str]) -> None:
        """Keep a row if it says something, or is doubtful."""
        said = len(cells) - cells.count("")
        if number in self.doubts or (said and any(cell.strip() for cell in cells)):
            self.width = max(self.width, len(cells))
            sparse = said * _SPARSE < len(cells)
            self._rows.append((number, {place: cell for place, cell in enumerate(cells) if cell} if sparse else cells))

    def rows(self) -> Iterator[Row]:
        """All rows, each as wide as the widest."""
        for number, cells in self._rows:
            if isinstance(cells, dict):
                yield number, [cells.get(place, "") for place in range(self.width)]
            else:
                yield number, cells + [""] * (self.width - len(cells))


def read_sheet(xml: bytes, around: Surroundings) -> SheetCells:
    """The cells of a sheet's part. Raises Unreadable where that is not well-formed or its cells have no certain place."""
    reader = _Reader(around)
    parsed(xml, reader.start, reader.end, reader.text)
    return reader.cells


class _Locals(dict[str, str]):
    """Names without their prefixes."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rsplit(":", 1)[-1]
        return local


class _Columns(dict[str, int]):
    """Places (from 0) by the letters of a column."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            if not "A" <= letter <= "Z":
                raise _no_place()
            number = number * 26 + ord(letter) - ord("A") + 1
        if not 0 < number <= _COLUMNS:
            raise _no_place()
        self[letters] = number - 1
        return number - 1


def _no_place() -> Unreadable:
    return Unreadable(reason("FILE_UNREADABLE", detail="单元格位置"))


class _Reader:
    """Takes the elements of a sheet's part as they come."""

    def __init__(self, around: Surroundings) -> None:
        self.cells = SheetCells()
        self._around = around
        self._local, self._column_of = _Locals(), _Columns()
        self._styles = {str(place): place for place in range(len(around.styles.formats))}
        self._row, self._row_text, self._row_known = 0, "0", False
        self._texts: list[str] = []
        self._cell: dict[str, str] | None = None
        self._value: str | None = None
        self._formula = False
        self._rich: RichText | None = None
        self._taken: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = self._local[name]
        if name == "c":
            self._cell, self._value, self._formula, self._rich = attributes, None, False, None
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif self._cell is not None:
            if name == "v":
                self._taken = []
            elif name == "f":
                self._formula = True
            elif name == "is":
                self._rich = RichText()
            elif self._rich is not None:
                self._rich.start(name, attributes)
                self._taken = [] if name == "t" else None
        elif name == "mergeCell":
            self.cells.merges.append(self._merge(attributes.get("ref", "")))

    def text(self, characters: str) -> None:
        """Characters between tags."""
        if self._taken is not None:
            self._taken.append(characters)

    def end(self, name: str) -> None:
        """An element ends."""
        name = self._local[name]
        if name == "v":
            self._value, self._taken = "".join(self._taken or ()), None
        elif name == "c":
            self._finish_cell()
        elif name == "row":
            self.cells.keep(self._row, self._texts)
            self._texts = []
        elif self._rich is not None:
            self._rich.end(name, "".join(self._taken or ()))
            self._taken = None

    def _start_row(self, stated: str | None) -> None:
        before = self._row
        self._row_known = stated is not None
        self._row = before + 1 if stated is None else _whole(stated)
        self._row_text = str(self._row)
        if not before < self._row <= _ROWS:
            raise _no_place()

    def _finish_cell(self) -> None:
        assert self._cell is not None
        attributes, self._cell = self._cell, None
        stated = attributes.get("r")
        place = len(self._texts) if stated is None else self._place(stated)
        shown = self._shown(attributes)
        self._rich = None
        texts = self._texts
        if place >= WIDEST:
            if shown.text.strip() and self.cells.far_rows[-1:] != [self._row]:
                self.cells.far_rows.append(self._row)
            return
        if shown.doubt is not None:
            self.cells.doubts.setdefault(self._row, []).append((place, shown.doubt))
        if place >= len(texts):
            if place > len(texts):
                texts.extend([""] * (place - len(texts)))
            texts.append(shown.text)
        elif shown.text and texts[place]:
            raise _no_place()
        else:
            texts[place] = texts[place] or shown.text

    def _place(self, stated: str) -> int:
        letters = stated.rstrip("0123456789")
        if stated[len(letters) :] != self._row_text:
            number = _whole(stated[len(letters) :])
            if self._row_known or self._texts or number < self._row:
                raise _no_place()
            # A row that does not say its number is where its first cell says.
            self._row, self._row_text = number, str(number)
        return self._column_of[letters]

    def _shown(self, attributes: dict[str, str]) -> Shown:
        """What the cell at hand shows."""
        style = self._styles.get(attributes.get("s", "0"), -1)
        kind = attributes.get("t", "n")
        if self._formula and self._waits(kind):
            return Shown("", Doubted("FORMULA_NOT_CALCULATED"))
        shown = self._of_kind(kind, style)
        struck = self._around.styles.struck[style] if style >= 0 else False
        if (struck or self._text_struck(kind)) and shown.text.strip():
            return Shown(shown.text, Doubted("STRUCK_OUT"))
        return shown

    def _waits(self, kind: str) -> bool:
        """Whether nobody has calculated a formula's value: there is none, or the zero that programs write in its place."""
        if self._value is None or (not self._value and kind != "str"):
            return kind != "e"
        return self._around.recalculates and kind == "n" and self._value.strip() in ("0", "0.0")

    def _text_struck(self, kind: str) -> bool:
        if kind == "s":
            return bool(self._around.texts.struck) and _whole(self._value or "0") in self._around.texts.struck
        return self._rich is not None and self._rich.struck

    def _of_kind(self, kind: str, style: int) -> Shown:
        formats = self._around.styles.formats
        of = formats[style] if style >= 0 else builtin_format(-1)
        value = self._value
        if kind == "e":
            return Shown(value.strip() if value and value.strip() else "#VALUE!")
        if self._rich is not None and kind in ("inlineStr", "n"):
            return of.show_text(self._rich.text)
        if value is None or (not value.strip() and kind != "str"):
            return Shown("")
        if kind == "s":
            texts, place = self._around.texts.texts, _whole(value.strip())
            if place >= len(texts):
                raise Unreadable(reason("FILE_UNREADABLE", detail="sharedStrings"))
            return of.show_text(texts[place])
        if kind in ("str", "inlineStr"):
            return of.show_text(unescaped(value))
        if kind == "b":
            return Shown(cell_text(value.strip() in ("1", "true")))
        if kind == "d":
            return self._moment(value.strip(), style)
        if not _NUMBER.fullmatch(value.strip()):
            raise Unreadable(reason("FILE_UNREADABLE", detail="单元格数值"))
        number = float(value)
        return of.show(number, self._around.epoch_1904)

    def _moment(self, value: str, style: int) -> Shown:
        """A date that is stored as a text in ISO form."""
        try:
            moment = datetime.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            return Shown(value)
        of = self._around.styles.formats[style] if style >= 0 else builtin_format(14)
        return of.show(serial_of(moment), False) if not of.is_plain else Shown(cell_text(moment))

    def _merge(self, ref: str) -> Merge:
        first, _, last = ref.partition(":")
        ends = [(_whole(end.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$").lstrip("$")), end.replace("$", "").rstrip("0123456789"))
                for end in (first, last or first)]  # fmt: skip
        (top, left), (bottom, right) = ((row, self._column_of[letters]) for row, letters in ends)
        if top > bottom or left > right:
            raise _no_place()
        return Merge(top, left, bottom, right)


def _whole(stated: str) -> int:
    """A whole number of a part; a sheet that states another thing in its place has no certain cells."""
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10):
        raise _no_place()
    return int(stated)
