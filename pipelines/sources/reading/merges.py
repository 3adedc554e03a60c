"""Merged cells: every cell of a merge says what its first one says, as a person sees it. Nothing else is ever filled.

Belongs here: merges of workbooks and HTML. Does not belong here: blank cells below a filled one, which stay blank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.sources.reading.table import Merge, Row


class Filled:
    """Rows with their merges filled; `by_row` says how many cells of which row were."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._merges = sorted(merges, key=lambda merge: (merge.top, merge.left))
        self.by_row: Counter[int] = Counter()

    def rows(self, rows: Iterator[Row]) -> Iterator[Row]:
        """`rows` with every merge that begins in them filled."""
        return self._filled(rows) if self._merges else rows

    def _filled(self, rows: Iterator[Row]) -> Iterator[Row]:
        coming = list(reversed(self._merges))
        active: list[tuple[Merge, str]] = []
        for number, cells in rows:
            while coming and coming[-1].top <= number:
                merge = coming.pop()
                if merge.top == number and merge.left < len(cells) and cells[merge.left].strip():
                    active.append((merge, cells[merge.left]))
            active = [one for one in active if one[0].bottom >= number]
            # A row that says nothing of its own stays blank, whatever is merged across it.
            yield number, self._row(number, cells, active) if active and any(cells) else cells

    def _row(self, number: int, cells: list[str], active: list[tuple[Merge, str]]) -> list[str]:
        filled = list(cells)
        for merge, text in active:
            for place in range(merge.left, min(merge.right + 1, len(cells))):
                if (number, place) != (merge.top, merge.left):
                    filled[place] = text
                    self.by_row[number] += 1
        return filled
