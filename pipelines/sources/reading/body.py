"""The rows below the header, in pieces of text columns; what is no row of the table is left out and said so.

Belongs here: merged cells, blank rows, rows of another length, subtotals, footers, damaged rows. Does not belong here:
where the header is (`header`), what a cell means (`interpret`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sources.headers import normal_header
from pipelines.sources.reading.damage import damaged_cells, undecoded
from pipelines.sources.reading.header import HEADER_WITHIN, Header, certain_header, says_little, table_width
from pipelines.sources.reading.merges import Filled
from pipelines.sources.reading.table import CHUNK_ROWS, Columns, Grid, RawTable, Row, text_frame
from pipelines.sources.reading.totals import Block, Totals, total_word
from pipelines.sources.reasons import Unreadable, reason

_FOOTER = re.compile(
    r"(?:注|备注|说明|注释|填表说明|数据来源|来源|(?:单位)?负责人|(?:填表|填报|制表|审核|审批|经办|联系|报送|统计|录入|复核|主管)"
    r"(?:人|单位|部门|日期|时间|领导|员)?|日期|单位|联系电话|电话|盖章|签字)\d*(?:\([^)]*\))?:.*",
    re.DOTALL,
)
# What a row that is more than a row of the table has in its first cells; the others need no second look.
_PECULIAR = r"[：:﹕]|[小合总共累][\s\x{3000}\x{a0}]*[计数]"
_BLANK = r"^[\s\x{3000}\x{a0}]*$"
_LOOKED_AT = 4
# Rows that are lists at a time; as columns they are much smaller.
_BATCH_ROWS = 4_000


def table_of(grid: Grid, known_headers: frozenset[str]) -> RawTable:
    """Find the header in a grid and give the rows below it. Raises Unreadable where there is no certain header."""
    filled = Filled(grid.merges)
    rows = filled.rows(grid.rows)
    first = list(islice(rows, HEADER_WITHIN))
    header = certain_header(first, known_headers, grid.merges, grid.sheet)
    above = [number for number, cells in first if number < header.first_row and any(cell.strip() for cell in cells)]
    if above:
        grid.notes.append(reason("ROWS_ABOVE_HEADER", sheet=grid.sheet, row=above[0], found=len(above)))
    batches = _batches([row for row in first if row[0] > header.last_row], rows, grid)
    known = frozenset(normal_header(one) for one in known_headers)
    body = _Body(grid, header, filled, known)
    below = tuple(merge for merge in grid.merges if merge.bottom > header.last_row)
    return RawTable(
        grid.sheet, body.names, header.last_row, body.pieces(batches), grid.notes, grid.rejects, doubts=grid.doubts, merges=below
    )


def _batches(first: list[Row], rows: Iterator[Row], grid: Grid) -> Iterator[list[Row] | Columns]:
    """The rows that were taken to find the header in, then the others, many at a time."""
    yield first
    if grid.blocks is not None:
        yield from grid.blocks()
        return
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


@dataclass
class _LeftOut:
    """Rows that were left out for one reason."""

    count: int = 0
    first: int = 0

    def add(self, number: int) -> None:
        self.first = self.first or number
        self.count += 1


class _Body:
    """Judges rows one by one and makes frames of those that belong to the table."""

    def __init__(self, grid: Grid, header: Header, filled: Filled, known: frozenset[str]) -> None:
        self._grid = grid
        self._filled = filled
        self._below = header.last_row
        self._known = known
        self._width = table_width(header.names, known)
        self._header_cells = list(header.names[: self._width])
        self.names = tuple(name or f"（第{place}列无表头）" for place, name in enumerate(self._header_cells, start=1))
        self._block = Block(self._width)
        self._totals = Totals(self._width)
        self._subtotals, self._unchecked = _LeftOut(), _LeftOut()
        self._footers, self._headers, self._beside = _LeftOut(), _LeftOut(), _LeftOut()
        if any(header.names[self._width :]):
            self._beside.add(header.last_row)

    def pieces(self, batches: Iterator[list[Row] | Columns]) -> Iterator[pd.DataFrame]:
        """Frames of at most CHUNK_ROWS rows, at least one; after the last the notes are complete."""
        held: list[Columns] = []
        given = False
        for batch in batches:
            columns = self._ordinary(batch) if isinstance(batch, Columns) else self._batch(batch)
            if held and sum(len(one.numbers) for one in held) + len(columns.numbers) > CHUNK_ROWS:
                yield self._frame(held)
                held, given = [], True
            held.append(columns)
        if held or not given:
            yield self._frame(held)
        self._note()

    def _ordinary(self, batch: Columns) -> Columns:
        """The batch as it is if it holds nothing but rows of the table; else it is judged in rows."""
        beside = [column for column in batch.columns[self._width :] if pc.any(pc.not_equal(column, "")).as_py()]
        if len(batch.columns) >= self._width and not beside:
            columns = batch.columns[: self._width]
            if not len(self._peculiar(columns)):
                self._block.add_columns(columns)
                return Columns(batch.numbers, columns)
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return self._batch([(number, list(cells)) for number, cells in zip(batch.numbers, rows, strict=True)])

    def _batch(self, batch: list[Row]) -> Columns:
        """Most batches hold nothing but rows of the table: only the rows that look peculiar are judged one by one."""
        columns = self._columns(batch) if {len(cells) for _, cells in batch} <= {self._width} else None
        peculiar = self._peculiar(columns) if columns is not None else np.arange(len(batch))
        kept = self._kept(batch, peculiar.tolist())
        if columns is None or len(kept) != len(batch):
            columns = self._columns(kept)
        if columns is None:
            kept = [row for row in kept if self._decoded(*row)]
            columns = self._columns(kept)
        assert columns is not None
        self._block.close_batch(columns)
        return Columns([number for number, _ in kept], columns)

    def _columns(self, batch: list[Row]) -> list[pa.Array] | None:
        """The cells column by column; None where bytes that did not decode were marked, which no column can hold."""
        texts = list(zip(*(cells for _, cells in batch), strict=True)) or [()] * self._width
        try:
            return [pa.array(column, pa.large_string()) for column in texts]
        except UnicodeEncodeError:
            return None

    def _peculiar(self, columns: list[pa.Array]) -> np.ndarray:
        """The places of the rows that may be blank, a total, a footer or the header once more."""
        if self._footers.count:
            return np.arange(len(columns[0]))
        found = pc.or_(pc.match_substring_regex(columns[0], _BLANK), pc.equal(columns[0], self._header_cells[0]))
        for column in columns[:_LOOKED_AT]:
            found = pc.or_(found, pc.match_substring_regex(column, _PECULIAR))
        return np.flatnonzero(found.to_numpy(zero_copy_only=False))

    def _kept(self, batch: list[Row], peculiar: list[int]) -> list[Row]:
        """The rows of the table among `batch`, each as wide as its header; all but the peculiar ones are known to be."""
        kept: list[Row] = []
        start = 0
        for place in peculiar:
            kept += self._block.add(batch[start:place])
            number, cells = batch[place]
            judged = self._judged(number, cells)
            if judged is not None:
                kept += self._block.add([(number, judged)])
            elif self._footers.count:
                # Below a footer nothing is taken on trust.
                return kept + self._kept_below_footer(batch[place + 1 :])
            start = place + 1
        kept += self._block.add(batch[start:])
        return kept

    def _kept_below_footer(self, rows: list[Row]) -> list[Row]:
        for number, cells in rows:
            self._judged(number, cells)
        return []

    def _judged(self, number: int, cells: list[str]) -> list[str] | None:
        """The cells of the table's columns, or None where the row is none of the table's."""
        said = [cell.strip() for cell in cells if cell.strip()]
        if not said:
            # A row of formulas without values looks blank, and is none.
            return self._fitted(number, cells, may_be_short=True) if number in self._grid.doubts else None
        if self._is_footer(said):
            self._footers.add(number)
            return None
        if self._footers.count:
            raise Unreadable(reason("ROWS_AFTER_FOOTER", sheet=self._grid.sheet, row=number))
        word = total_word(cells)
        fitted = self._fitted(number, cells, may_be_short=word is not None)
        if word is not None:
            self._leave_out_total(number, word, fitted)
            return None
        if [cell.strip() for cell in fitted] == self._header_cells:
            self._headers.add(number)
            return None
        return fitted

    def _is_footer(self, said: list[str]) -> bool:
        """A row that says few things and begins with 注：, 填表人： …, or goes on below such a row with one text."""
        labelled = _FOOTER.fullmatch(unicodedata.normalize("NFKC", said[0]).replace(" ", "")) is not None
        goes_on = self._footers.count > 0 and len(set(said)) == 1
        return goes_on or (labelled and says_little(said, self._width))

    def _fitted(self, number: int, cells: list[str], may_be_short: bool) -> list[str]:
        width = self._width
        if len(cells) < width and (may_be_short or not self._grid.cut_shows):
            return [*cells, *[""] * (width - len(cells))]
        if len(cells) < width or (self._grid.cut_shows and any(cell.strip() for cell in cells[width:])):
            raise Unreadable(
                reason("FILE_TRUNCATED", sheet=self._grid.sheet, row=number, found=len(cells), expected=width)
            )
        if any(cell.strip() for cell in cells[width:]):
            self._beside.add(number)
        return cells[:width]

    def _leave_out_total(self, number: int, word: str, cells: list[str]) -> None:
        self._subtotals.add(number)
        block = self._block.taken()
        if block is None:
            self._unchecked.add(number)
            return
        agreed, wrong = self._totals.check(word, cells, block)
        if wrong is not None:
            raise Unreadable(
                reason("SUBTOTAL_DISAGREES", sheet=self._grid.sheet, row=number, column=self._said_name(wrong))
            )
        if not agreed:
            self._unchecked.add(number)

    def _said_name(self, place: int) -> str:
        """A header that nobody agreed on may hold anything, a name too: it is told by its place."""
        name = self.names[place]
        return name if normal_header(name) in self._known else f"第{place + 1}列"

    def _decoded(self, number: int, cells: list[str]) -> bool:
        wrong = [place for place, cell in enumerate(cells) if undecoded(cell)]
        self._set_aside(number, wrong)
        return not wrong

    def _frame(self, held: list[Columns]) -> pd.DataFrame:
        numbers = [number for one in held for number in one.numbers]
        columns = [
            pa.concat_arrays([one.columns[place] for one in held]) if held else pa.array([], pa.large_string())
            for place in range(self._width)
        ]
        damaged = [damaged_cells(column) for column in columns]
        frame = text_frame(self.names, columns, numbers)
        lost = np.logical_or.reduce(damaged)
        for row in np.flatnonzero(lost):
            self._set_aside(numbers[row], [place for place, one in enumerate(damaged) if one[row]])
        return frame[~lost] if lost.any() else frame

    def _set_aside(self, number: int, places: list[int]) -> None:
        self._grid.rejects.extend(
            reason("CHARACTERS_LOST", sheet=self._grid.sheet, row=number, column=self._said_name(place))
            for place in places
        )

    def _note(self) -> None:
        sheet, notes = self._grid.sheet, self._grid.notes
        if merged := sum(cells for row, cells in self._filled.by_row.items() if row > self._below):
            notes.append(reason("MERGED_FILLED", sheet=sheet, found=merged))
        for code, left_out in (
            ("SUBTOTALS_LEFT_OUT", self._subtotals),
            ("SUBTOTALS_UNCHECKED", self._unchecked),
            ("FOOTERS_LEFT_OUT", self._footers),
            ("HEADERS_LEFT_OUT", self._headers),
            ("CELLS_BESIDE_TABLE", self._beside),
        ):
            if left_out.count:
                notes.append(reason(code, sheet=sheet, row=left_out.first, found=left_out.count))
