"""Subtotal rows: told by their word, and checked against the rows they add up.

Belongs here: the check. Does not belong here: what follows from it (`body`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from pipelines.sources.reading.table import CHUNK_ROWS, Row

_WORD = re.compile(r"(?:本页|本表|.{2,12}[镇乡街道区县社村])?(小计|合计|总计|总数|共计|累计)(?:\([^)]*\))?:?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
# The word stands in one of the first cells that say something (after a group's name, or a running number).
_AMONG_FIRST = 3


def total_word(cells: Sequence[str]) -> str | None:
    """小计, 合计 … if the row is a total of others, else None."""
    said = [cell for cell in cells if cell.strip()]
    for cell in said[:_AMONG_FIRST]:
        found = _WORD.fullmatch("".join(unicodedata.normalize("NFKC", cell).split()))
        if found:
            return found.group(1)
    return None


@dataclass
class _Sum:
    """What a column adds up to over some rows."""

    rows: int = 0
    total: Decimal = Decimal(0)
    numeric: bool = True
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0  # the most that any of its numbers shows

    def add(self, other: _Sum) -> None:
        """Take in the sum of further rows."""
        self.rows += other.rows
        self.total += other.total
        self.numeric &= other.numeric
        self.decimals = max(self.decimals, other.decimals)
        ends = [end for end in (self.least, self.most, other.least, other.most) if end is not None]
        self.least, self.most = min(ends, default=None), max(ends, default=None)

    def fits(self, stated: Decimal) -> bool | None:
        """True: the sum in the decimals that are stated, or how many rows. False: not the sum. None: no telling.

        It may be a mean or a rate, or the sum of numbers that have more decimals than they show.
        """
        if not self.numeric or self.least is None or self.most is None:
            return None
        away = abs(stated - self.total)
        if stated == self.rows or not away or (away <= _half_of_last(_decimals(stated)) and _decimals(stated) < self.decimals):
            return True
        hidden = self.rows * _half_of_last(self.decimals) + _half_of_last(_decimals(stated)) if self.decimals else 0
        return None if away <= hidden or self.least <= stated <= self.most else False


class Block:
    """The rows since the last total; None once they are more than are kept."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: list[list[str]] = []
        self._batches: list[list[pa.Array]] = []
        self._kept = 0

    def add(self, rows: list[Row]) -> list[Row]:
        """Take in rows of the batch at hand; gives them back."""
        self._rows += [cells for _, cells in rows]
        return rows

    def close_batch(self, columns: list[pa.Array]) -> None:
        """The batch has become `columns`: its last rows are kept in this form."""
        start, self._rows = len(columns[0]) - len(self._rows), []
        self.add_columns([column.slice(max(start, 0)) for column in columns])

    def add_columns(self, columns: list[pa.Array]) -> None:
        """Take in rows that are columns already."""
        self._kept += len(columns[0])
        self._batches.append(columns)
        if self._kept > CHUNK_ROWS:
            self._kept, self._batches = CHUNK_ROWS + 1, []

    def taken(self) -> list[list[str]] | None:
        """The rows since the last total, column by column; the next ones are a block of their own."""
        whole = self._kept <= CHUNK_ROWS
        found = [
            [*(cell for batch in self._batches for cell in batch[place].to_pylist()), *(row[place] for row in self._rows)]
            for place in range(self._width)
        ]
        self._rows, self._batches = [], []
        if whole:
            self._kept = 0
        return found if whole else None


class Totals:
    """The sums that a total row may state: since the last total, since the last one of its word, since the start."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._start = self._none()
        self._since: dict[str, list[_Sum]] = {}

    def check(self, word: str, cells: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[int, int | None]:
        """How many columns of a total row are the sums of `columns` since the last total, or of more rows back.

        Returns that number, and the first column that is not the sum of anything (None if there is none).
        """
        block = [_column_sum(column) for column in columns]
        self._since.setdefault(word, [_Sum(**vars(one)) for one in self._start])
        for sums in (self._start, *self._since.values()):
            for one, more in zip(sums, block, strict=True):
                one.add(more)
        levels = (block, self._since[word], self._start)
        agreed, wrong = 0, None
        for place, cell in enumerate(cells):
            stated = _number(cell)
            if stated is None:
                continue
            fits = [sums[place].fits(stated) for sums in levels]
            agreed += True in fits
            if wrong is None and all(fit is False for fit in fits):
                wrong = place
        self._since[word] = self._none()
        return agreed, wrong

    def _none(self) -> list[_Sum]:
        return [_Sum() for _ in range(self._width)]


def _number(cell: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", cell).strip().replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _column_sum(cells: Sequence[str]) -> _Sum:
    numbers = [_number(cell) for cell in cells if cell.strip()]
    known = [number for number in numbers if number is not None]
    numeric = len(known) == len(numbers)
    decimals = max(map(_decimals, known), default=0)
    return _Sum(len(cells), sum(known, Decimal(0)), numeric, min(known, default=None), max(known, default=None), decimals)


def _decimals(number: Decimal) -> int:
    """How many decimals a number shows."""
    return max(0, -int(number.as_tuple().exponent))


def _half_of_last(decimals: int) -> Decimal:
    """Half of what the last of so many decimals is worth: by so much a number may be rounded."""
    return Decimal(5).scaleb(-decimals - 1)
