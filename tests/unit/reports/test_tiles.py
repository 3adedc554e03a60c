"""The picture: every village once, nothing over anything else, the same place every week."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports.pictures import COUNTY, fit
from pipelines.reports.tiles import Box, Style, lay_out

sizes = st.lists(st.integers(0, 30), max_size=15)
styles = st.builds(
    Style,
    columns=st.integers(1, 4),
    per_row=st.integers(1, 8),
    tile_width=st.integers(10, 160),
    tile_height=st.integers(10, 60),
    gap=st.integers(0, 8),
)


def groups_of(counts: list[int]) -> list[tuple[str, list[str]]]:
    return [(f"u{unit}", [f"u{unit}v{n}" for n in range(count)]) for unit, count in enumerate(counts)]


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


@given(sizes, styles)
def test_every_village_lies_once_in_its_own_block_and_over_no_other(counts: list[int], style: Style) -> None:
    groups = groups_of(counts)
    picture = lay_out(groups, style)
    canvas = Box("canvas", 0, 0, picture.width, picture.height)
    assert [(block.box.key, [tile.key for tile in block.tiles]) for block in picture.blocks] == groups
    assert all(inside(block.box, canvas) for block in picture.blocks)
    assert all(inside(tile, block.box) for block in picture.blocks for tile in block.tiles)
    assert all(apart(a.box, b.box) for a, b in combinations(picture.blocks, 2))
    assert all(apart(a, b) for block in picture.blocks for a, b in combinations(block.tiles, 2))
    assert picture.width <= style.width


def test_blocks_fill_the_columns_evenly() -> None:
    picture = lay_out(groups_of([8] * 9), COUNTY)
    assert sorted({block.box.x for block in picture.blocks}) == [0, 400, 800]
    assert picture.height == 3 * picture.blocks[0].box.height + 2 * COUNTY.gutter


def test_a_name_is_cut_only_where_it_does_not_fit() -> None:
    assert fit("前岸村", 60, 13) == ("前岸村", False)
    assert fit("横港头社区居民委员会", 60, 13) == ("横港头", True)
    assert fit("", 60, 13) == ("", False)
