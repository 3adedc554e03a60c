"""A printed figure beside what came out: what agrees, what cannot, and what is wrong."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pytest

from pipelines.checks import figures
from pipelines.checks.figures import Computed, Printed, as_page, as_text, printed_figures
from pipelines.simulation.scenarios import SCENARIOS

COUNTY = "430105"


@pytest.fixture
def edition():
    """The tables that the check reads, with a ratio, a count and a mean of two terms."""
    with duckdb.connect() as connection:
        connection.execute("create table indicator (indicator_id text, kind text)")
        connection.execute("insert into indicator values ('share', 'ratio'), ('heads', 'count'), ('age', 'mean')")
        connection.execute(
            "create table indicator_week (week_start date, indicator_id text, scope_type text, scope_id text,"
            " numerator decimal(18,2), denominator decimal(18,2))"
        )
        connection.execute(
            "insert into indicator_week values"
            f" ('2021-01-25', 'share', 'county', '{COUNTY}', 1, 2),"
            f" ('2021-02-01', 'share', 'county', '{COUNTY}', 90, 602),"
            " ('2021-02-01', 'share', 'township', '430105001000', 1, 4),"
            f" ('2021-02-01', 'heads', 'county', '{COUNTY}', 905, null),"
            f" ('2021-02-01', 'age', 'county', '{COUNTY}', 4742, 114)"
        )
        connection.execute(
            "create table indicator_term (week_start date, indicator_id text, scope_type text, scope_id text,"
            " numerator decimal(18,2), denominator decimal(18,2), last_numerator decimal(18,2), last_denominator decimal(18,2))"
        )
        connection.execute(f"insert into indicator_term values ('2021-02-01', 'age', 'county', '{COUNTY}', 4742, 114, 4774, 108)")
        yield connection


def compared(edition, **figure):
    return figures._compared(edition, COUNTY, Printed(id="x", scenario="kaifu", text="文", **figure))


@pytest.mark.parametrize(
    ("figure", "value", "terms", "agrees"),
    [
        ({"indicator": "share", "printed": "15.0", "decimals": 1}, "15.0", "90/602", True),
        ({"indicator": "share", "printed": "14.9", "decimals": 1}, "15.0", "90/602", False),
        ({"indicator": "share", "printed": "15", "at_least": True}, "15", "90/602", False),
        ({"indicator": "share", "printed": "90", "part": "numerator"}, "90", "90/602", True),
        ({"indicator": "share", "printed": "25", "scope": "430105001000"}, "25", "1/4", True),
        ({"indicator": "heads", "printed": "905"}, "905", "905", True),
        ({"indicator": "heads", "printed": "900", "at_least": True}, "905", "905", True),
        ({"indicator": "age", "printed": "-2.6", "decimals": 1, "part": "change"}, "-2.6", "4742/114", True),
        ({"indicator": "age", "printed": "2.6", "decimals": 1, "part": "change"}, "-2.6", "4742/114", False),
        ({"indicator": "share", "printed": "1", "part": "change"}, "", "", None),
        ({"indicator": "unknown", "printed": "1"}, "", "", None),
    ],
)
def test_what_came_out_is_compared_as_printed(edition, figure, value, terms, agrees) -> None:
    found = compared(edition, **figure)
    assert (found.value, found.terms, found.agrees) == (value, terms, agrees)
    assert found.as_expected is (agrees is True)


def test_what_cannot_agree_says_why_and_is_wrong_if_it_does(edition) -> None:
    why = {"zh": "原文自相矛盾", "en": "The text contradicts itself"}
    assert compared(edition, indicator="share", printed="16", reason=why).as_expected
    assert compared(edition, reason=why).as_expected
    stale = compared(edition, indicator="share", printed="15", reason=why)
    assert stale.agrees
    assert not stale.as_expected


def test_the_table_and_the_page_show_each_figure_and_count_the_wrong_ones(edition) -> None:
    found = [compared(edition, indicator="share", printed="16"), compared(edition, indicator="heads", printed="905")]
    text, page = as_text(found), as_page(found)
    assert "1 agree, 0 cannot" in text
    assert "1 wrong: x" in text
    assert page.count("| x |") == 2
    assert SCENARIOS["kaifu"].county_name in page


def test_every_printed_figure_is_of_a_scenario_and_has_an_id_of_its_own() -> None:
    found = printed_figures()
    assert len({one.id for one in found}) == len(found)
    assert {one.scenario for one in found} == set(SCENARIOS)


def test_a_count_is_shown_without_denominator() -> None:
    assert Computed(Fraction(905), None, Fraction(905)).terms == "905"
