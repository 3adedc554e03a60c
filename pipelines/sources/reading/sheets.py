"""The sheets of a workbook, old or new: which of them is the table that was agreed.

Belongs here: choosing among sheets. Does not belong here: reading one (`workbook`, `legacy`), finding its header (`header`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from pipelines.sources.masking import without_numbers
from pipelines.sources.reading.header import HEADER_WITHIN, find_header
from pipelines.sources.reading.merges import Filled
from pipelines.sources.reading.table import Doubts, Grid, Merge, Row
from pipelines.sources.reasons import Reason, Unreadable, reason

# A sheet that shows at least this part of the headers that the best one shows may be the table too.
_RIVALS_FROM = 0.5


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells as often as they are asked for, and what is doubtful or left out of them."""

    name: str
    hidden: bool
    rows: Callable[[], Iterator[Row]]
    merges: tuple[Merge, ...] = ()
    doubts: Doubts = field(default_factory=dict)
    far_rows: tuple[int, ...] = ()

    @property
    def has_data(self) -> bool:
        """Whether any cell says something; a blank says nothing."""
        return bool(self.doubts) or any(any(cell.strip() for cell in cells) for _, cells in self.rows())

    def grid(self, notes: Sequence[Reason] = ()) -> Grid:
        """The sheet as rows of cells."""
        name = without_numbers(self.name)
        far = [reason("CELLS_BESIDE_TABLE", sheet=name, row=self.far_rows[0], found=len(self.far_rows))] if self.far_rows else []
        return Grid(name, self.rows(), cut_shows=False, merges=self.merges, notes=[*notes, *far], doubts=self.doubts)


def all_tables(sheets: Sequence[Sheet], known_headers: frozenset[str]) -> list[Grid]:
    """Every sheet that shows the headers of the contract, where they may come as one per township; the others are left out.

    Unreadable where no sheet has data, or none the headers.
    """
    filled = [sheet for sheet in sheets if sheet.has_data]
    if len(filled) < 2:
        return [only_table(sheets, known_headers)]
    tables = with_headers(filled, known_headers)
    if not tables:
        raise Unreadable(reason("SEVERAL_TABLES", found=len(filled), hidden=sum(sheet.hidden for sheet in filled)))
    return [tables[0].grid(_left_out(filled, tables)), *(table.grid() for table in tables[1:])]


def _left_out(sheets: Sequence[Sheet], tables: Sequence[Sheet]) -> list[Reason]:
    """The note that sheets with data were left out; none where all are tables."""
    others = [sheet for sheet in sheets if sheet not in tables]
    hidden = sum(sheet.hidden for sheet in others)
    return [reason("SHEETS_LEFT_OUT", sheet=without_numbers(tables[0].name), found=len(others), hidden=hidden)] if others else []


def only_table(sheets: Sequence[Sheet], known_headers: frozenset[str]) -> Grid:
    """The one sheet that is the table: the one with data, or of several the one that shows the headers of the contract.

    The others are said to be left out (lists of words for a column, notes on how to fill the table in). Unreadable where no
    sheet has data, or several may be the table.
    """
    filled = [sheet for sheet in sheets if sheet.has_data]
    if not filled:
        raise Unreadable(reason("FILE_EMPTY"))
    if len(filled) == 1:
        return filled[0].grid()
    tables = with_headers(filled, known_headers)
    if len(tables) != 1:
        told = tables or filled
        raise Unreadable(reason("SEVERAL_TABLES", found=len(told), hidden=sum(sheet.hidden for sheet in told)))
    return tables[0].grid(_left_out(filled, tables))


def with_headers(sheets: Sequence[Sheet], known_headers: frozenset[str]) -> list[Sheet]:
    """The sheets that may be the table: those that show about as many of the contract's headers as the best one, and rows below
    them; if none has rows, those with the headers alone.
    """
    if not known_headers:
        return list(sheets)
    shown = [_shown(sheet, known_headers) for sheet in sheets]
    best = max(matches for matches, _ in shown)
    tables = [
        (sheet, has_rows)
        for sheet, (matches, has_rows) in zip(sheets, shown, strict=True)
        if matches and matches >= best * _RIVALS_FROM
    ]
    return [sheet for sheet, has_rows in tables if has_rows] or [sheet for sheet, _ in tables]


def _shown(sheet: Sheet, known_headers: frozenset[str]) -> tuple[int, bool]:
    """How many of the contract's headers a sheet shows, and whether anything stands below them."""
    rows = Filled(sheet.merges).rows(sheet.rows())
    first = list(islice(rows, HEADER_WITHIN))
    header = find_header(first, known_headers, sheet.merges)
    if header is None:
        return 0, False
    below = chain((row for row in first if row[0] > header.last_row), rows)
    return header.matches, any(number in sheet.doubts or any(cell.strip() for cell in cells) for number, cells in below)
