"""Figures follow the ground through several changes, and terms are compared only where the ground is the same."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.identity.villages.lineage import Heir, Lineage
from pipelines.identity.villages.shapes import Edge

FIRST, SECOND, TODAY = date(2018, 1, 1), date(2019, 6, 1), date(2020, 12, 6)


def edge(old: str, new: str, day: date, share: float | None = 1.0) -> Edge:
    return Edge(old, new, day, "merge", share, "n", None)


# a and b became m; m became p (3 parts of 4) and q; c and d became n
LINEAGE = Lineage(
    [edge("a", "m", FIRST), edge("b", "m", FIRST), edge("m", "p", SECOND, 0.75), edge("m", "q", SECOND, 0.25),
     edge("c", "n", SECOND), edge("d", "n", SECOND)]
)  # fmt: skip


def test_roll_up_goes_through_all_changes_with_their_shares() -> None:
    assert LINEAGE.on("a", date(2017, 1, 1)) == {"a": 1.0}
    assert LINEAGE.on("a", FIRST) == {"m": 1.0}
    assert LINEAGE.on("a", TODAY) == {"p": 0.75, "q": 0.25}
    assert LINEAGE.roll_up({"a": 100, "b": 300, "c": 50, "x": 7}, TODAY) == {"p": 300, "q": 100, "n": 50, "x": 7}
    assert LINEAGE.heirs("a")[0] == Heir("a", "m", 1, FIRST, SECOND, 1.0)
    assert [(one.to_id, one.steps) for one in LINEAGE.heirs("a")] == [("m", 1), ("p", 2), ("q", 2)]


def test_a_part_of_unknown_size_gives_no_figure() -> None:
    unknown = Lineage(
        [edge("a", "p", FIRST, None), edge("a", "q", FIRST, None), edge("p", "r", SECOND), edge("c", "r", SECOND)]
    )
    assert unknown.roll_up({"a": 100, "c": 5}, TODAY) == {"q": None, "r": None}


def test_shares_of_several_ways_add_up() -> None:
    again = Lineage(
        [edge("a", "p", FIRST, 0.6), edge("a", "q", FIRST, 0.4), edge("p", "r", SECOND), edge("q", "r", SECOND)]
    )
    assert again.on("a", TODAY) == {"r": pytest.approx(1.0)}


def test_terms_are_compared_like_for_like() -> None:
    earlier = {"a": 100, "b": 300, "c": 50, "d": 20, "x": 7, "gone": 3}
    later = {"p": 310, "q": 90, "n": 80, "x": 8, "new": 5}
    found = {one.later_ids: one for one in LINEAGE.compare(earlier, later, TODAY)}
    merged = found["n",]
    assert (merged.earlier_ids, merged.earlier, merged.later, merged.like_for_like) == (("c", "d"), 70, 80, True)
    assert found["x",].like_for_like
    split = found["p", "q"]
    assert (split.earlier, split.later, split.like_for_like) == (400, 400, False)
    assert "析置" in split.why_zh
    assert found["new",].why_zh == "上一届没有对应的村社"
    assert (found["gone",].later, found["gone",].like_for_like) == (None, False)


def test_a_merger_of_which_a_part_has_no_earlier_figure_is_not_like_for_like() -> None:
    (found,) = LINEAGE.compare({"c": 50}, {"n": 80}, TODAY)
    assert not found.like_for_like
    assert "部分村社没有上一届数据" in found.why_zh


def test_an_undecided_proposal_makes_a_comparison_unsure() -> None:
    (found,) = Lineage([]).compare({"x": 1}, {"x": 2}, TODAY, unsure=["x"])
    assert not found.like_for_like
    assert "人工" in found.why_zh
