"""The county as tiles: where each block (a managing unit) and each tile (a village) of the picture lies.

Belongs here: pure geometry in whole SVG units. Does not belong here: colours, names, SVG text (templates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Sizes of a picture. `columns` blocks lie side by side, each `per_row` tiles wide."""

    columns: int
    per_row: int
    tile_width: int
    tile_height: int
    gap: int = 4
    pad: int = 8
    head: int = 30
    gutter: int = 12

    @property
    def block_width(self) -> int:
        return 2 * self.pad + self.per_row * self.tile_width + (self.per_row - 1) * self.gap

    @property
    def width(self) -> int:
        return self.columns * self.block_width + (self.columns - 1) * self.gutter


@dataclass(frozen=True)
class Box:
    """A rectangle that stands for `key`: a managing unit's code, or a village's id."""

    key: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Block:
    box: Box
    tiles: tuple[Box, ...]


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    blocks: tuple[Block, ...]


def lay_out(groups: Sequence[tuple[str, Sequence[str]]], style: Style) -> Picture:
    """Place every village of every group exactly once.

    Blocks keep the order given, down one column and then the next, so that a village lies in the same place every
    week as long as the list of villages does not change.
    """
    sizes = [_block(key, villages, 0, 0, style).box.height + style.gutter for key, villages in groups]
    limit = _column_height(sizes, style.columns)
    column, y, tallest = 0, 0, 0
    blocks: list[Block] = []
    for (key, villages), size in zip(groups, sizes, strict=True):
        if y and y + size > limit:
            column, y = column + 1, 0
        blocks.append(_block(key, villages, column * (style.block_width + style.gutter), y, style))
        y += size
        tallest = max(tallest, y)
    width = max((block.box.x + block.box.width for block in blocks), default=0)
    return Picture(width, max(tallest - style.gutter, 0), tuple(blocks))


def _column_height(sizes: Sequence[int], columns: int) -> int:
    """The least height at which the blocks, kept in order, fit into `columns` columns."""
    low, high = max(sizes, default=0), sum(sizes)
    while low < high:
        middle = (low + high) // 2
        used, filled = 1, 0
        for size in sizes:
            if filled + size > middle:
                used, filled = used + 1, 0
            filled += size
        low, high = (low, middle) if used <= columns else (middle + 1, high)
    return low


def _block(key: str, villages: Sequence[str], x: int, y: int, style: Style) -> Block:
    tiles = tuple(
        Box(
            village,
            x + style.pad + (index % style.per_row) * (style.tile_width + style.gap),
            y + style.head + (index // style.per_row) * (style.tile_height + style.gap),
            style.tile_width,
            style.tile_height,
        )
        for index, village in enumerate(villages)
    )
    rows = -(-len(villages) // style.per_row)
    body = rows * style.tile_height + max(rows - 1, 0) * style.gap
    return Block(Box(key, x, y, style.block_width, style.head + body + style.pad), tiles)
