"""Where the header is: the row, or the block of up to three rows, that shows most of the contract's headers.

Belongs here: finding and naming columns. Does not belong here: which column is which of the contract's (`interpret`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.sources.headers import in_multiple, normal_header, shown_header
from pipelines.sources.reading.damage import undecoded
from pipelines.sources.reading.table import Merge, Row
from pipelines.sources.reasons import Unreadable, reason

# A header further down is not looked for.
HEADER_WITHIN = 20
# Rows that a header may have: group, sub-group, column.
_DEEPEST = 3
# Columns without a name in a row, behind which no name belongs to the table any more.
_FAR = 20
# One header alone may stand in any table; two of the same contract do not by chance.
_LEAST_MATCHES = 2
# Columns of a sheet, and characters of a cell, that there may be; what is more is no header, and looking for one in it would
# take minutes.
_WIDEST, _LONGEST = 16_384, 32_767


@dataclass(frozen=True)
class Header:
    """The columns' names (empty where a column has none), its last row, and how many names the contract knows."""

    names: tuple[str, ...]
    first_row: int
    last_row: int
    matches: int


def find_header(
    rows: Sequence[Row], known_headers: frozenset[str], merges: Sequence[Merge] = ()
) -> Header | None:
    """The header among the first rows, or None. Without known headers it is the first row that is not empty.

    A name of several rows is their path ('换届前/书记'), each part once. Of two that match as well the earlier wins, and
    of these the one of fewer rows: taking a row more must show more of the contract's headers.
    A header does not end within a merge.
    """
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells) and _fits_a_sheet(cells)]
    if not known_headers:
        return _header(filled[:1], frozenset()) if filled else None
    known = frozenset(normal_header(header) for header in known_headers)
    says_more = {number for number, _ in filled}
    last = max(says_more, default=0)
    unended = {row for merge in merges for row in range(merge.top, min(merge.bottom, last)) if row + 1 in says_more}
    best: Header | None = None
    for first in range(len(filled)):
        for depth in range(1, _DEEPEST + 1):
            block = filled[first : first + depth]
            if block[-1][0] in unended:
                continue
            for candidate in (block, _spread(block, known)) if depth > 1 else (block,):
                header = _header(candidate, known)
                if best is None or header.matches > best.matches:
                    best = header
    return best if best is not None and best.matches >= min(_LEAST_MATCHES, len(known)) else None


def _fits_a_sheet(cells: Sequence[str]) -> bool:
    return len(cells) <= _WIDEST and max(map(len, cells)) <= _LONGEST


def certain_header(
    rows: Sequence[Row], known_headers: frozenset[str], merges: Sequence[Merge], sheet: str | None
) -> Header:
    """The header, each of its names once; Unreadable where there is none or the rows above it look like data."""
    header = find_header(rows, known_headers, merges)
    if header is None:
        empty = not any(any(cell.strip() for cell in cells) for _, cells in rows)
        raise Unreadable(reason("FILE_EMPTY" if empty else "HEADER_NOT_FOUND", sheet=sheet, expected=HEADER_WITHIN))
    if any(undecoded(name) for name in header.names):
        raise Unreadable(reason("FILE_ENCODING", sheet=sheet, row=header.last_row))
    for number, cells in rows:
        if number < header.first_row and not _is_title(cells, header.names):
            raise Unreadable(reason("HEADER_NOT_FOUND", sheet=sheet, row=number, expected=HEADER_WITHIN))
    for place, name in enumerate(header.names, start=1):
        if name and header.names.count(name) > 1:
            # By its place only: a file without a header has somebody's cells there.
            raise Unreadable(
                reason(
                    "HEADER_REPEATED",
                    sheet=sheet,
                    row=header.last_row,
                    column=f"第{place}列",
                    found=header.names.count(name),
                )
            )
    return header


def table_width(names: Sequence[str], known: Collection[str]) -> int:
    """How many columns a table under these names has: up to the last name that is known (in normal form), and those near it."""
    last = 0
    for place, name in enumerate(names, start=1):
        if name and (place - last <= _FAR or not last or normal_header(name) in known):
            last = place
    return last


def _header(block: Sequence[Row], known: frozenset[str]) -> Header:
    width = max(len(cells) for _, cells in block)
    names = tuple(
        _path([shown_header(cells[place]) if place < len(cells) else "" for _, cells in block]) for place in range(width)
    )
    matches = len({normal_header(name) for name in names} & known) + sum(in_multiple(name, known) for name in set(names))
    return Header(names, block[0][0], block[-1][0], matches)


def _path(parts: list[str]) -> str:
    """'换届前', '书记' → '换届前/书记'; cells merged over several rows say the same thing once."""
    kept = [part for place, part in enumerate(parts) if part and part not in parts[:place]]
    return "/".join(kept)


def _spread(block: Sequence[Row], known: frozenset[str]) -> list[Row]:
    """The block as if a group's name stood over all its columns, as it does where cells cannot be merged.

    Not over a column whose own name the contract knows: that one stands for itself.
    """
    last = block[-1][1]
    spread: list[Row] = []
    for number, cells in block[:-1]:
        group, wide = "", []
        for place in range(max(len(cells), len(last))):
            own = cells[place].strip() if place < len(cells) else ""
            below = last[place].strip() if place < len(last) else ""
            group = own or (group if below and normal_header(below) not in known else "")
            wide.append(group)
        spread.append((number, wide))
    return [*spread, block[-1]]


def _is_title(cells: Sequence[str], names: Sequence[str]) -> bool:
    """A row above the header that is no row of the table: it says few things, whatever it is merged over."""
    said = {cell.strip() for place, cell in enumerate(cells) if place >= len(names) or cell.strip() != names[place]}
    return says_little(said - {""}, sum(1 for name in names if name))


def says_little(texts: Collection[str], columns: int) -> bool:
    """Whether a row of so many different texts is too little to be a row of a table of so many columns."""
    return len(set(texts)) <= max(min(2, columns - 1), columns // 2)
