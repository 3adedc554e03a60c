"""The rows below the header, in pieces of text columns; what is no row of the table is left out and said so.

Belongs here: merged cells, blank rows, rows of another length, subtotals, footers, damaged rows. Does not belong here:
where the header is (`header`), what a cell means (`interpret`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sources.headers import in_multiple, normal_header
from pipelines.sources.reading.damage import damaged_cells, undecoded
from pipelines.sources.reading.header import HEADER_WITHIN, Header, certain_header, says_little, table_width
from pipelines.sources.reading.merges import Filled
from pipelines.sources.reading.no_records import (
    NEAR_HEADER,
    counted_rows,
    ends_table,
    is_footer,
    is_no_record,
    may_be_total,
)
from pipelines.sources.reading.table import CHUNK_ROWS, Columns, Grid, RawTable, Row, text_frame
from pipelines.sources.reading.totals import Block, Totals, total_word
from pipelines.sources.reasons import Unreadable, reason

# What a row that is more than a row of the table has in its first cells; the others need no second look.
_PECULIAR = r"^\x{feff}|[：:﹕]|[小合总共累][\s\x{3000}\x{a0}]*[计数]"
_BLANK = r"^[\s\x{3000}\x{a0}]*$"
_LOOKED_AT = 4
# A cell of more bytes than this says something; a row of a wide table has so many such cells, of another one fewer.
_SHORT = 3
_ENOUGH = 3
_WIDE = 6
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
    known = frozenset(map(normal_header, known_headers))
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
        self._header_words = [normal_header(name) for name in self._header_cells]
        self.names = tuple(name or f"（第{place}列无表头）" for place, name in enumerate(self._header_cells, start=1))
        self._block = Block(self._width)
        self._totals = Totals(self._width)
        self._subtotals, self._unchecked = _LeftOut(), _LeftOut()
        self._footers, self._headers, self._beside = _LeftOut(), _LeftOut(), _LeftOut()
        self._no_records = _LeftOut()
        self._ended = False
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
        if beside := [place for place, (number, _) in enumerate(batch) if self._near(number)]:
            peculiar = np.union1d(peculiar, beside)
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
        """The places of the rows that may be blank, a total, a footer, no record or the header once more."""
        if self._ended:
            return np.arange(len(columns[0]))
        found = pc.or_(pc.match_substring_regex(columns[0], _BLANK), pc.equal(columns[0], self._header_cells[0]))
        for column in columns[:_LOOKED_AT]:
            found = pc.or_(found, pc.match_substring_regex(column, _PECULIAR))
        return np.flatnonzero(found.to_numpy(zero_copy_only=False) | self._says_little(columns))

    def _says_little(self, columns: list[pa.Array]) -> np.ndarray:
        """Which rows have fewer cells that say something than a row of the table has, as a rule."""
        enough = _ENOUGH if self._width >= _WIDE else _ENOUGH - 1
        said = np.zeros(len(columns[0]), dtype=np.int16)
        for column in columns:
            starts = np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column) + 1]
            said += starts[1:] - starts[:-1] > _SHORT if len(column) else 0
            if said.min(initial=enough) >= enough:
                break
        return said < enough

    def _near(self, number: int) -> bool:
        """Whether a row may be looked at for what only stands below a header, or has a cell merged over most of it."""
        return number <= self._below + NEAR_HEADER or self._filled.by_row.get(number, 0) * 2 >= self._width

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
            elif self._ended:
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
        # A row of formulas without values looks blank, and is none.
        doubtful = number in self._grid.doubts
        if not said:
            return self._fitted(number, cells, may_be_short=True) if doubtful else None
        if self._ends(number, cells, said):
            return None
        spans = self._filled.by_row.get(number, 0) * 2 >= self._width
        below = number - self._below
        if not doubtful and is_no_record(cells, self._header_cells, below_header=below, spans=spans):
            self._no_records.add(number)
            return None
        word, rows = counted_rows(said) or (total_word(cells) if may_be_total(said) else None, None)
        if self._ended and word is None:
            raise Unreadable(reason("ROWS_AFTER_FOOTER", sheet=self._grid.sheet, row=number))
        fitted = self._fitted(number, cells, may_be_short=word is not None)
        if word is not None:
            self._leave_out_total(number, word, fitted, rows)
            return None
        if [normal_header(cell) for cell in fitted] == self._header_words:
            self._headers.add(number)
            return None
        return fitted

    def _ends(self, number: int, cells: list[str], said: list[str]) -> bool:
        """Whether a row ends the table: 以下空白, notes and signatures, or one text that goes on below such a row."""
        if ends_table(said):
            self._no_records.add(number)
        elif is_footer(cells, little=says_little(said, self._width)) or (self._footers.count and len(set(said)) == 1):
            self._footers.add(number)
        else:
            return False
        self._ended = True
        return True

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

    def _leave_out_total(self, number: int, word: str, cells: list[str], rows: int | None) -> None:
        """Check a total and leave it out; `rows` is how many rows it says there are, where that is all it says."""
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
        if not agreed and rows != len(block[0]):
            self._unchecked.add(number)

    def _said_name(self, place: int) -> str:
        """A header that nobody agreed on may hold anything, a name too: it is told by its place."""
        name = self.names[place]
        agreed = normal_header(name) in self._known or in_multiple(name, self._known)
        return name if agreed else f"第{place + 1}列"

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
            ("NO_RECORDS_LEFT_OUT", self._no_records),
            ("HEADERS_LEFT_OUT", self._headers),
            ("CELLS_BESIDE_TABLE", self._beside),
        ):
            if left_out.count:
                notes.append(reason(code, sheet=sheet, row=left_out.first, found=left_out.count))
