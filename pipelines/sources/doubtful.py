"""Cells that were read and are doubtful: which of them set their row aside depends on what their column means.

Belongs here: shown against stored, formulas without a value, struck-out cells, values merged over several cells. Does not belong
here: finding such cells (`reading`), reading values (`columns`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import pandas as pd

from pipelines.sources.columns import Typed
from pipelines.sources.contract import Column, Contract
from pipelines.sources.layout import Layout
from pipelines.sources.masking import without_numbers
from pipelines.sources.reading import RawTable
from pipelines.sources.reading.table import Doubted, Merge
from pipelines.sources.reasons import Reason, reason

_NUMBERS = ("integer", "decimal")
# Of these types a reason may say what a cell shows and stores; of all others it could be a name or a number of somebody.
_SAYABLE = (*_NUMBERS, "date", "month")
_SAID = re.compile(r"[-+0-9.,:/%()E 年月日时分秒元万千百亿人户个是否无¥￥$#]{1,40}")


class Doubtful:
    """The doubts about one table, by its contract."""

    def __init__(self, raw: RawTable, contract: Contract, layout: Layout) -> None:
        self._raw, self._contract, self._layout = raw, contract, layout
        names = {header: name for name, header in layout.headers.items()}
        self._names = [names.get(header) for header in raw.header]
        self._merges = [merge for merge in raw.merges if self._is_of_one(merge)]

    def as_stored(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """The piece with what is stored in place of what is shown, in the columns of which the contract says that it counts."""
        changed: dict[str, dict[int, str]] = {}
        for row, place, doubt in self._cells(chunk):
            name = self._names[place]
            if name is not None and self._takes_stored(self._contract.column(name), doubt):
                changed.setdefault(self._raw.header[place], {})[row] = doubt.stored or ""
        if not changed:
            return chunk
        chunk = chunk.copy(deep=False)
        for header, texts in changed.items():
            cells = chunk[header].copy()
            cells[list(texts)] = list(texts.values())
            chunk[header] = cells
        return chunk

    def found(self, chunk: pd.DataFrame, typed: dict[str, Typed]) -> list[tuple[str | None, Reason]]:
        """(column, reason) of each doubt that sets a row of the piece aside; `typed` is what its columns were read as."""
        return [*self._doubted(chunk, typed), *self._merged(chunk)]

    def _cells(self, chunk: pd.DataFrame) -> Iterator[tuple[int, int, Doubted]]:
        """Row, place and doubt of the doubtful cells in a piece, those of the table's columns only."""
        if not self._raw.doubts:
            return
        rows = set(chunk.index)
        asked = self._raw.doubts if len(self._raw.doubts) < len(rows) else rows
        for row in sorted(row for row in asked if row in rows and row in self._raw.doubts):
            yield from ((int(row), place, doubt) for place, doubt in self._raw.doubts[row] if place < len(self._names))

    def _doubted(self, chunk: pd.DataFrame, typed: dict[str, Typed]) -> Iterator[tuple[str | None, Reason]]:
        struck: set[int] = set()
        for row, place, doubt in self._cells(chunk):
            name = self._names[place]
            label = self._layout.labels[name] if name is not None else f"第{place + 1}列"
            if doubt.code == "STRUCK_OUT":
                # A struck-out running number, which nobody reads, may mean the row as well as a struck-out name.
                if row not in struck:
                    struck.add(row)
                    yield name, reason(doubt.code, sheet=self._raw.sheet, row=row, column=label)
            elif name is not None and not self._settled(self._contract.column(name), doubt, typed[name], row):
                column = self._contract.column(name)
                said = {"shown": self._said(doubt.shown, column), "stored": self._said(doubt.stored, column)}
                values = said if doubt.code == "SHOWN_NOT_STORED" else {}
                yield name, reason(doubt.code, sheet=self._raw.sheet, row=row, column=label, **values)

    def _takes_stored(self, column: Column, doubt: Doubted) -> bool:
        """What is stored counts where the contract says so, and the format only rounds it."""
        return column.counts == "stored" and doubt.stored is not None and _is_rounded(doubt)

    def _settled(self, column: Column, doubt: Doubted, typed: Typed, row: int) -> bool:
        """Whether it is certain all the same what the cell says."""
        if doubt.code != "SHOWN_NOT_STORED":
            return False
        if (column.counts == "shown" and doubt.shown) or self._takes_stored(column, doubt):
            return True
        if column.type not in _NUMBERS:
            # 是 for a stored 1: such a format puts words for numbers.
            return bool(doubt.shown) and not any(sign.isdigit() for sign in doubt.shown or "")
        value = typed.values[row]
        # 50.3 under 万元 is the stored 503000 元.
        return pd.notna(value) and doubt.stored is not None and float(value) == _number(doubt.stored)

    def _said(self, text: str | None, column: Column) -> str:
        """A value as a reason may name it."""
        open_to_all = column.audience == self._contract.audience == "open" and not self._contract.is_work_secret
        if text == "":
            return "空白"
        if text is None or column.type not in _SAYABLE or column.sensitive or not open_to_all:
            return "略"
        return without_numbers(text) if _SAID.fullmatch(text) else "略"

    def _is_of_one(self, merge: Merge) -> bool:
        """Whether a merge stands in a column whose values are one row's own, and covers more than one of its cells."""
        inside = self._owned(merge)
        return bool(inside) and _cells_of(merge, len(inside), self._raw.header_row) > 1

    def _owned(self, merge: Merge) -> list[str]:
        names = [name for name in self._names[merge.left : merge.right + 1] if name is not None]
        return names if any(_is_own(self._contract, self._contract.column(name)) for name in names) else []

    def _merged(self, chunk: pd.DataFrame) -> Iterator[tuple[str | None, Reason]]:
        rows: Sequence[int] = chunk.index.tolist()
        for merge in self._merges:
            inside = self._owned(merge)
            found = _cells_of(merge, len(inside), self._raw.header_row)
            for row in rows[bisect_left(rows, merge.top) : bisect_right(rows, merge.bottom)]:
                for name in inside:
                    said = str(chunk.at[row, self._layout.headers[name]]).strip()
                    if said and _is_own(self._contract, self._contract.column(name)):
                        label = self._layout.labels[name]
                        yield name, reason("MERGED_VALUE", sheet=self._raw.sheet, row=row, column=label, found=found)


def _is_own(contract: Contract, column: Column) -> bool:
    """Whether a value can be one row's only: an amount or somebody's name or number, not what rows have in common."""
    if column.identity:
        return True
    return column.type in _NUMBERS and column.name not in contract.key and not column.is_year


def _cells_of(merge: Merge, columns: int, header_row: int) -> int:
    return (merge.bottom - max(merge.top, header_row + 1) + 1) * columns


def _is_rounded(doubt: Doubted) -> bool:
    """Whether what is shown is what is stored, with fewer decimals."""
    shown, stored = _number((doubt.shown or "").removesuffix("%")), _number(doubt.stored or "")
    if shown is None or stored is None:
        return False
    stored = stored * 100 if (doubt.shown or "").endswith("%") else stored
    decimals = len((doubt.shown or "").removesuffix("%").partition(".")[2])
    return abs(shown - stored) <= 0.5000001 * 10**-decimals


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
