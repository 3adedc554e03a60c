"""The shapes of reading: the grid a format opens into, and the table that leaves this package.

Belongs here: these shapes and how texts become columns. Does not belong here: any format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.sources.reasons import Reason

# Rows held at a time between the bytes and the typed columns.
CHUNK_ROWS = 100_000

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Merge:
    """Cells that the sender has merged into one: first and last row (the first row is 1), first and last column (from 0)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Doubted:
    """What is doubtful about one cell: a reason's code and, where two values stand against each other, what the cell shows and
    what is stored in it.
    """

    code: str
    shown: str | None = None
    stored: str | None = None


# By row: the cells about which something is doubtful, each with its column (from 0).
Doubts = dict[int, list[tuple[int, Doubted]]]


@dataclass(frozen=True)
class Columns:
    """Rows of one length, column by column, and their numbers."""

    numbers: Sequence[int]
    columns: list[pa.Array]


@dataclass(frozen=True)
class Grid:
    """Rows of cells as they lie in the file, each with its number there.

    `blocks`, where there are any, are the same rows from there on where `rows` has been left, many at a time.
    `cut_shows` is set for the formats in which a damaged row has another length than its neighbours; in the others every
    row is as long as the sheet is wide, and a cell beside the table is a remark.
    """

    sheet: str | None
    rows: Iterator[Row]
    cut_shows: bool
    merges: tuple[Merge, ...] = ()
    notes: list[Reason] = field(default_factory=list)
    rejects: list[Reason] = field(default_factory=list)
    doubts: Doubts = field(default_factory=dict)
    blocks: Callable[[], Iterator[list[Row] | Columns]] | None = None


@dataclass(frozen=True)
class RawTable:
    """A delivered table before anybody has judged it.

    `chunks` gives the rows in pieces, once: a text column per name of `header` (missing cells are empty texts), the
    sender's row number as index `_row`. It may raise Unreadable on the way. `header_row` is where the header ends.
    While they are given, `notes` fills with what was left out or mended, `rejects` with the rows that cannot be read.
    `doubts` are of cells that were read and are doubtful, `merges` the cells that the sender has merged, all of them filled: what
    follows for a row depends on what its columns mean.
    `sheets`, where it is of several tables, are their names; then a row's number says its table too (`reading.several`).
    `as_written`: the rows stand in the order somebody wrote them in, so that a row may speak of the one above.
    """

    sheet: str | None
    header: tuple[str, ...]
    header_row: int
    chunks: Iterable[pd.DataFrame]
    notes: list[Reason] = field(default_factory=list)
    rejects: list[Reason] = field(default_factory=list)
    as_written: bool = True
    doubts: Doubts = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    sheets: tuple[str | None, ...] = ()

    def whole(self) -> pd.DataFrame:
        """All rows in one frame; uses up `chunks`."""
        return pd.concat(list(self.chunks))


def text_frame(header: Sequence[str], columns: Sequence[Any], numbers: Any) -> pd.DataFrame:
    """A frame of text columns (lists of texts, or Arrow arrays) whose index `_row` holds the sender's row numbers."""
    arrays = {
        name: pd.array(pa.array(cells, pa.large_string()), dtype="str")
        for name, cells in zip(header, columns, strict=True)
    }
    return pd.DataFrame(arrays, index=pd.Index(numbers, dtype="int64", name="_row"))
