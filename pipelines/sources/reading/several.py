"""Several tables of one kind, read as one: a sheet or a member of an archive per township.

Belongs here: joining them, and what a row's number then says. Does not belong here: finding the tables (`formats`), which
datasets may come so (`parts` of a contract).

The rows of the first table keep their numbers. Those of the n-th have n × 10,000,000 added, which no sheet is long enough for:
so a number still says one row of one table of the file, also where it is all that is kept (`_row` of a landed row).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from pipelines.sources.headers import normal_header
from pipelines.sources.reading.table import Merge, RawTable
from pipelines.sources.reasons import Reason, Unreadable, reason

TABLE_STEP = 10_000_000


def joined(tables: Sequence[RawTable]) -> RawTable:
    """The tables as one, under the header of the first. Unreadable where another has other columns."""
    first, *others = tables
    if not others:
        return first
    wanted = {normal_header(name): name for name in first.header}
    for table in others:
        if {normal_header(name) for name in table.header} != wanted.keys() or len(table.header) != len(first.header):
            raise Unreadable(reason("SHEETS_DIFFER", sheet=table.sheet, row=table.header_row, detail=first.sheet or "1"))
    places = [[first.header.index(wanted[normal_header(name)]) for name in table.header] for table in tables]
    merges = [
        Merge(merge.top + _shift(nth), places[nth][column], merge.bottom + _shift(nth), places[nth][column])
        for nth, table in enumerate(tables)
        for merge in table.merges
        for column in range(merge.left, min(merge.right + 1, len(places[nth])))
    ]
    whole = replace(
        first, notes=[], rejects=[], doubts={}, merges=tuple(merges), chunks=(), sheets=tuple(table.sheet for table in tables)
    )
    return replace(whole, chunks=_pieces(tables, places, whole))


def _shift(nth: int) -> int:
    """What is added to the row numbers of a table, by its place among the tables (the first is 0)."""
    return (nth + 1) * TABLE_STEP if nth else 0


def _pieces(tables: Sequence[RawTable], places: list[list[int]], whole: RawTable) -> Iterator[pd.DataFrame]:
    """The rows of all tables; `places` are, by table, where its columns stand in the whole one."""
    for nth, (table, own_places) in enumerate(zip(tables, places, strict=True)):
        shift = _shift(nth)
        names = {name: whole.header[place] for name, place in zip(table.header, own_places, strict=True)}
        for chunk in table.chunks:
            piece = chunk.rename(columns=names)[list(whole.header)]
            piece.index = piece.index + shift
            for row, cells in table.doubts.items():
                inside = [(own_places[column], doubt) for column, doubt in cells if column < len(own_places)]
                whole.doubts[row + shift] = inside
            yield piece
        whole.notes.extend(table.notes)
        whole.rejects.extend(
            replace(reject, row=reject.row + shift) if reject.row is not None else reject for reject in table.rejects
        )


def in_its_table(found: Reason, sheets: Sequence[str | None]) -> Reason:
    """A reason with its own sheet and the row there, where its row is that of one of several tables."""
    if not sheets or found.row is None or found.row < TABLE_STEP:
        return found
    return replace(found, sheet=sheets[found.row // TABLE_STEP - 1], row=found.row % TABLE_STEP)
