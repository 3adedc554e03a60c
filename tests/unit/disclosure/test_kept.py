"""A week's decision is kept by what it rests on: the same week is not searched again, anything else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.disclosure import decisions
from pipelines.disclosure.decisions import Decisions, Marts, decide
from pipelines.disclosure.kept import KeptDecisions

MARTS = Marts("memory.m", "memory.m.rules", "memory.m.indicators")
WEEK = date(2020, 11, 23)

Decide = Callable[..., Decisions]


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A township of four villages; two have two matters each, which must not be shown."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema m;
            create table m.petition_week (week_start date, village_id varchar, status varchar, matters bigint,
                repeats bigint, group_matters bigint, overdue bigint);
            create table m.responsibility (recipient_type varchar, recipient_id varchar, village_id varchar);
            create table m.village_file (village_id varchar, as_of date, petitions_open bigint);
            create table m.indicator_week (week_start date, indicator_id varchar, scope_type varchar, scope_id varchar,
                numerator double, denominator double);
            create table m.rules (rule_id varchar, measure varchar, yellow_operator varchar, yellow_threshold double,
                red_operator varchar, red_threshold double, valid_from date);
            create table m.indicators (indicator_id varchar, kind varchar, small_cell integer, restricted boolean,
                valid_from date, valid_to date);
            insert into m.rules values ('petition_open', 'count', '>=', 3, '>', 5, '2019-01-01');
            """
        )
        for village, matters in (("V1", 2), ("V2", 2), ("V3", 7), ("V4", 9)):
            connection.execute("insert into m.petition_week values (?, ?, 'handling', ?, 0, 0, 0)", [WEEK, village, matters])
            connection.execute("insert into m.village_file values (?, ?, ?)", [village, date(2020, 11, 29), matters])
            for kind in ("county", "township"):
                connection.execute("insert into m.responsibility values (?, ?, ?)", [kind, kind, village])
        yield connection


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each week that was searched for complements."""
    done: list[int] = []

    def counted(*arguments: object) -> object:
        done.append(1)
        return search(*arguments)

    search: Callable[..., object] = decisions.suppress
    monkeypatch.setattr(decisions, "suppress", counted)
    return done


def test_the_same_week_is_found_and_not_searched(
    build: duckdb.DuckDBPyConnection, searched: list[int], tmp_path: Path
) -> None:
    kept = KeptDecisions(tmp_path, 3)
    first = decide(build, MARTS, 3, kept)
    assert decide(build, MARTS, 3, kept) == first == decide(build, MARTS, 3)
    assert len(searched) == 2  # the first, and the one that had nothing kept
    assert {figure.scope_id for _, figure in first.hidden} >= {"V1", "V2"}
    assert [path.name for path in tmp_path.iterdir()] == [f"{WEEK}.json"]


@pytest.mark.parametrize(
    "change",
    [
        "update m.petition_week set matters = 8 where village_id = 'V4'",
        "update m.responsibility set recipient_id = 'other' where recipient_type = 'township' and village_id = 'V4'",
        "update m.rules set yellow_threshold = 4",
        "update m.village_file set petitions_open = 10 where village_id = 'V4'",
    ],
)
def test_another_count_sum_threshold_or_figure_is_decided_anew(
    build: duckdb.DuckDBPyConnection, searched: list[int], tmp_path: Path, change: str
) -> None:
    kept = KeptDecisions(tmp_path, 3)
    decide(build, MARTS, 3, kept)
    build.execute(change)
    assert decide(build, MARTS, 3, kept) == decide(build, MARTS, 3)
    assert len(searched) == 3


def test_another_small_cell_or_a_file_that_cannot_be_read_is_as_good_as_none(
    build: duckdb.DuckDBPyConnection, searched: list[int], tmp_path: Path
) -> None:
    first = decide(build, MARTS, 3, KeptDecisions(tmp_path, 3))
    assert decide(build, MARTS, 30, KeptDecisions(tmp_path, 30)) == decide(build, MARTS, 30) != first
    for content in ("", "{}", '{"format": 2}', "[1]"):
        (tmp_path / f"{WEEK}.json").write_text(content, encoding="utf-8")
        assert decide(build, MARTS, 3, KeptDecisions(tmp_path, 3)) == first
    assert len(searched) == 7


def test_restricted_indicators_are_kept_by_what_they_rest_on(
    build: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    build.execute("insert into m.indicators values ('turned_down', 'count', 3, true, '2019-01-01', null)")
    for scope, value in (("T1", 1), ("T2", 8), ("T3", 9)):
        build.execute("insert into m.indicator_week values (?, 'turned_down', 'township', ?, ?, null)", [WEEK, scope, value])
    build.execute("insert into m.indicator_week values (?, 'turned_down', 'county', 'county', 18, null)", [WEEK])
    searches: list[object] = []
    search: Callable[..., set[str]] = decisions.hidden_scopes

    def counted(*arguments: object) -> set[str]:
        searches.append(arguments)
        return search(*arguments)

    monkeypatch.setattr(decisions, "hidden_scopes", counted)
    kept = KeptDecisions(tmp_path, 3)
    first = decide(build, MARTS, 3, kept)
    assert decide(build, MARTS, 3, kept) == first and len(searches) == 1
    assert len([figure for _, figure in first.hidden if figure.measure == "turned_down"]) >= 2
    build.execute("update m.indicator_week set numerator = 2 where scope_id = 'T1'")
    assert decide(build, MARTS, 3, kept) == decide(build, MARTS, 3) and len(searches) == 3
