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
    merges = [_shifted(merge, _shift(place)) for place, table in enumerate(tables) for merge in table.merges]
    whole = replace(
        first, notes=[], rejects=[], doubts={}, merges=tuple(merges), chunks=(), sheets=tuple(table.sheet for table in tables)
    )
    return replace(whole, chunks=_pieces(tables, wanted, whole))


def _shift(place: int) -> int:
    """What is added to the row numbers of a table, by its place (the first is 0)."""
    return (place + 1) * TABLE_STEP if place else 0


def _shifted(merge: Merge, by: int) -> Merge:
    return replace(merge, top=merge.top + by, bottom=merge.bottom + by)


def _pieces(tables: Sequence[RawTable], wanted: dict[str, str], whole: RawTable) -> Iterator[pd.DataFrame]:
    for place, table in enumerate(tables):
        shift = _shift(place)
        names = {name: wanted[normal_header(name)] for name in table.header}
        for chunk in table.chunks:
            piece = chunk.rename(columns=names)[list(whole.header)]
            piece.index = piece.index + shift
            whole.doubts.update({row + shift: cells for row, cells in table.doubts.items()})
            yield piece
        whole.notes.extend(table.notes)
        whole.rejects.extend(replace(one, row=one.row + shift) if one.row is not None else one for one in table.rejects)


def in_its_table(found: Reason, sheets: Sequence[str | None]) -> Reason:
    """A reason with its own sheet and the row there, where its row is that of one of several tables."""
    if not sheets or found.row is None or found.row < TABLE_STEP:
        return found
    return replace(found, sheet=sheets[found.row // TABLE_STEP - 1], row=found.row % TABLE_STEP)
