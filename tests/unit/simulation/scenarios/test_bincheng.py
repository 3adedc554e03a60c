"""The county of 滨城: its funnel is one, its ledgers agree with each other, and the same seed makes the same county."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest

from pipelines.simulation.formats import Row
from pipelines.simulation.scenarios import bincheng
from pipelines.simulation.scenarios.scenario import Deliveries

PREFIX = "organisation__rectification_"
STAGES = ("assessment", "shortlist", "discipline", "political_legal", "petition", "field_visit", "final")


@pytest.fixture(scope="module")
def county() -> Deliveries:
    return bincheng.build(Random("bincheng:1"))


def of_stage(county: Deliveries, stage: str) -> Sequence[Row]:
    return [row for row in county[f"{PREFIX}selections"] if row["round_no"] == 3 and row["stage"] == stage]


def listed(county: Deliveries) -> set[str]:
    return {row["village_code"] for row in of_stage(county, "final") if row["outcome"] == "kept"}


def test_each_stage_is_of_villages_of_the_stage_before(county: Deliveries) -> None:
    reached = [{row["village_code"] for row in of_stage(county, stage)} for stage in STAGES]
    assert all(later <= earlier for earlier, later in pairwise(reached))
    assert [len(reached[place]) for place in (0, 1, -1)] == [602, 90, 90]
    assert len(listed(county)) == 45
    assert all(row["reason"] for stage in STAGES[1:] for row in of_stage(county, stage))


def test_no_village_of_a_unit_is_worse_than_its_shortlist(county: Deliveries) -> None:
    unit = {row["village_code"]: row["managing_unit_code"] for row in county["civil_affairs__villages"]}
    shortlisted = {row["village_code"] for row in of_stage(county, "shortlist")}
    scores: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for row in of_stage(county, "assessment"):
        scores[unit[row["village_code"]], row["village_code"] in shortlisted].append(row["score"])
    for code in set(unit.values()):
        assert max(scores[code, True]) <= min(scores[code, False])


def test_every_ledger_is_of_listed_villages(county: Deliveries) -> None:
    for name in ("problems", "tasks", "teams", "records", "assessments"):
        assert {row["village_code"] for row in county[PREFIX + name]} == listed(county), name


def test_a_relapse_names_a_problem_of_its_village_that_somebody_else_had_closed(county: Deliveries) -> None:
    problems = {row["problem_no"]: row for row in county[f"{PREFIX}problems"]}
    relapses = [row for row in problems.values() if row.get("relapse_of")]
    assert len(problems) == len(county[f"{PREFIX}problems"])
    assert relapses
    for row in relapses:
        closed = problems[row["relapse_of"]]
        assert (closed["village_code"], closed["lookback_result"]) == (row["village_code"], "relapsed")
        assert closed["closer_code"] != closed["handler_code"]
        assert closed["closed_on"] < closed["looked_back_on"] < row["found_on"]


def test_the_townships_of_the_list_are_not_the_units_that_run_them(county: Deliveries) -> None:
    villages = county["civil_affairs__villages"]
    units = Counter(row["managing_unit_code"] for row in villages)
    assert len(units) == 10
    assert len({row["township_code"] for row in villages}) == 15


def test_the_same_seed_makes_the_same_county(county: Deliveries) -> None:
    assert bincheng.build(Random("bincheng:1")) == county
    assert bincheng.build(Random("bincheng:2")) != county
