"""No hidden count can be worked out, what is sensitive is hidden, and what is shown is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker import open_figures
from pipelines.disclosure.cells import Figure, is_sensitive
from pipelines.disclosure.config import hidden_word
from pipelines.disclosure.indicators import Value, hidden_scopes
from pipelines.disclosure.petitions import Thresholds, petition_system
from pipelines.disclosure.suppress import suppress
from pipelines.errors import CunsheError
from tests.unit.disclosure.grids import CELL, RULES, county, ranges, worked_out

PROPERTY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNTS = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 4, 7])


def grids(villages: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(COUNTS, min_size=len(RULES.statuses), max_size=len(RULES.statuses))
    return st.lists(row, min_size=1, max_size=villages)


@pytest.mark.parametrize(
    ("count", "base", "hidden"),
    [(0, None, False), (1, None, True), (2, None, True), (3, None, False), (0, 2, False), (3, 3, False), (3, 4, True),
     (3, 5, True), (3, 6, False), (2, 9, True), (9, 10, True)],
)  # fmt: skip
def test_numerator_rest_and_base_are_each_nought_or_at_least_the_cell(count: int, base: int | None, hidden: bool) -> None:
    assert is_sensitive(count, CELL, base) is hidden


@PROPERTY
@given(grids(5), st.integers(1, 3), st.integers(1, 4))
def test_no_hidden_count_of_a_small_county_has_one_solution(grid: list[list[int]], townships: int, departments: int) -> None:
    system, sensitive = petition_system(county(grid, townships, departments), RULES, CELL)
    hidden = suppress(system, sensitive)
    assert not (sensitive & ~hidden).any()
    assert worked_out(system, hidden) == set()
    assert [figure for figure, (least, most) in ranges(system, hidden).items() if most - least < 1 - 1e-6] == []


@settings(PROPERTY, max_examples=1)
@given(st.integers(0, 10_000))
def test_no_hidden_count_of_forty_villages_in_four_weeks_has_one_solution(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for _ in range(4):
        grid = chance.choice([0, 0, 0, 0, 0, 1, 1, 2, 3, 6], (40, len(RULES.statuses))).tolist()
        system, sensitive = petition_system(county(grid, 5, 14), RULES, CELL)
        hidden = suppress(system, sensitive)
        assert not (sensitive & ~hidden).any()
        assert worked_out(system, hidden) == set()
        assert open_figures(system, hidden).size == 0


def test_the_attacker_finds_what_is_open_without_complements() -> None:
    grid = [[0, 0, 0, 5], [0, 0, 0, 1], [0, 0, 0, 4], [0, 0, 0, 0]]
    system, sensitive = petition_system(county(grid, 2, 2), RULES, CELL)
    found = {system.figures[at] for at in open_figures(system, sensitive)}
    assert Figure("matters", "village", "V01", "handling") in found
    assert {figure for figure, (least, most) in ranges(system, sensitive).items() if most - least < 1} == found
    assert Figure("matters", "village", "V01", "handling") not in {
        system.figures[at] for at in open_figures(system, suppress(system, sensitive))
    }


@PROPERTY
@given(grids(3))
def test_the_attacker_and_plain_programmes_agree_on_what_is_open(grid: list[list[int]]) -> None:
    system, sensitive = petition_system(county(grid), RULES, CELL)
    found = {system.figures[at] for at in open_figures(system, sensitive)}
    assert {figure for figure, (least, most) in ranges(system, sensitive).items() if most - least < 1 - 1e-6} == found


def test_the_same_county_hides_the_same_cells() -> None:
    grid = [[1, 0, 4, 2, 0, 9], [0, 3, 1, 0, 0, 2], [2, 2, 0, 5, 1, 0], [0, 0, 6, 1, 0, 3]]
    first, second = (suppress(*petition_system(county(grid), RULES, CELL)) for _ in range(2))
    assert (first == second).all()


def test_a_rule_that_did_not_fire_is_known_to_the_attacker() -> None:
    tests = Thresholds(((">=", 3.0), (">", 5.0)))
    assert [tests.interval(value) for value in (0, 2, 3, 5)] == [(0, 2), (0, 2), (3, 5), (3, 5)]
    assert tests.interval(6) == (6, np.inf)


def test_what_nothing_can_protect_stops_and_is_named_without_its_value() -> None:
    system, sensitive = petition_system(county([[0, 0, 0, 2]], 1, 1), RULES, CELL)
    at = system.figures.index(Figure("matters", "village", "V00", "open"))
    told = type(system)(**{**vars(system), "limits": [(at, 2.0, 2.0)]})
    with pytest.raises(CunsheError, match="V00") as problem:
        suppress(told, sensitive)
    assert "2" not in str(problem.value).replace("V00", "")


def test_the_countys_figure_goes_only_where_nothing_else_protects_a_township() -> None:
    """Two townships with all and one with a rest of two: their rests could be otherwise, so the county's share is shown."""
    lists = {"a": (11, 11), "b": (18, 18), "c": (34, 36), "d": (42, 49), "e": (98, 102), "f": (847, 957)}
    townships = {name: Value(float(met), float(whole)) for name, (met, whole) in lists.items()}
    county = Value(float(sum(met for met, _ in lists.values())), float(sum(whole for _, whole in lists.values())))
    assert hidden_scopes("ratio", townships, county, 3) == {"a", "b", "c"}
    two = {"a": townships["a"], "d": townships["d"]}
    assert len(hidden_scopes("ratio", two, Value(53.0, 60.0), 3)) == 2  # one alone comes out by subtraction


def test_small_counts_are_hidden_and_nought_is_not() -> None:
    shown = [hidden_word(3) if is_sensitive(count, 3) else str(count) for count in range(5)]
    assert shown == ["0", "少于3或隐去", "少于3或隐去", "3", "4"]
