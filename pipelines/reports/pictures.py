"""The two pictures of a page: one for a wide screen and paper, one for a telephone.

Belongs here: sizes, and short names that fit a tile. Does not belong here: geometry (`tiles`), SVG text (templates).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from pipelines.reports.page import Recipient
from pipelines.reports.selection import by_unit
from pipelines.reports.tiles import Picture, Style, lay_out

COUNTY = Style(columns=3, per_row=4, tile_width=90, tile_height=32)
COUNTY_NARROW = Style(columns=1, per_row=4, tile_width=82, tile_height=32)
NEAR_NARROW = Style(columns=1, per_row=2, tile_width=168, tile_height=50, gap=6)
NEAR_MOST = 7


def pictures(recipient: Recipient) -> tuple[Picture, Picture]:
    """The wide and the narrow picture: a county's tiles are small, a township's or a department's larger."""
    units = by_unit(recipient.villages)
    groups = [(code, [village.village_id for village in members]) for code, _, members in units]
    if recipient.kind == "county":
        return lay_out(groups, COUNTY), lay_out(groups, COUNTY_NARROW)
    return lay_out(groups, _near(groups)), lay_out(groups, NEAR_NARROW)


def _near(groups: Sequence[tuple[str, Sequence[str]]]) -> Style:
    """Tiles of 154 units; a block of few villages is not wider than they need."""
    most = max((len(villages) for _, villages in groups), default=1)
    per_row = max(1, min(NEAR_MOST, most))
    columns = max(1, NEAR_MOST // per_row)
    return Style(columns=columns, per_row=per_row, tile_width=154, tile_height=50, gap=6)


def fit(name: str, width: float, size: float) -> tuple[str, bool]:
    """`name` cut to `width` at a font size, and whether it was cut. A Chinese character is as wide as it is high."""
    used = 0.0
    for index, character in enumerate(name):
        used += size if unicodedata.east_asian_width(character) in "WFA" else size * 0.58
        if used > width:
            return name[: max(index - 1, 1)], True
    return name, False
