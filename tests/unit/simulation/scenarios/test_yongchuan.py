"""The county of 永川: its people and ballots add up to what was printed, and every ballot could have happened."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from random import Random

from pipelines.simulation.formats import Row
from pipelines.simulation.scenarios.scenario import Deliveries
from pipelines.simulation.scenarios.yongchuan import SCENARIO


@cache
def county() -> Deliveries:
    return SCENARIO.build(Random("yongchuan:1"))


def ballots(body: str, mode: str | None = None) -> list[Row]:
    rows = [row for row in county()["civil_affairs__ballots"] if row["body"] == body]
    return [row for row in rows if mode is None or (row["election_mode"] or "all_voters") == mode]


def test_those_who_could_vote_and_did_add_up() -> None:
    members, voters = ballots("party"), ballots("committee", "all_voters")
    assert (sum(row["registered"] for row in members), sum(row["attended"] for row in members)) == (18764, 18208)
    assert (sum(row["registered"] for row in voters), sum(row["attended"] for row in voters)) == (524298, 461109)


def test_household_representatives_are_apart() -> None:
    assert len(ballots("committee", "household")) == 5
    assert len(ballots("committee")) == 263


def test_every_ballot_holds() -> None:
    for row in county()["civil_affairs__ballots"]:
        assert row["proxies"] + (row["box_votes"] or 0) <= row["attended"] <= row["registered"]
        assert row["valid"] <= row["collected"] <= row["issued"]
        assert 2 * row["lowest_elected_votes"] > row["attended"]
        assert row["total_votes"] <= row["valid"] * row["seats"]


def test_the_roll_leaves_those_entitled() -> None:
    entitled: dict[str, int] = defaultdict(int)
    for row in county()["organisation__party_rolls"]:
        entitled[row["village_code"]] += row["members"] if row["roll_class"] == "all" else -row["members"]
    assert entitled == {row["village_code"]: row["registered"] for row in ballots("party")}


def test_the_list_after_its_corrections_is_the_number_registered() -> None:
    registered = {row["village_code"]: row["registered"] for row in ballots("committee", "all_voters")}
    for row in county()["civil_affairs__voter_registration"]:
        added = sum(value for name, value in row.items() if name.startswith("added_"))
        removed = sum(value for name, value in row.items() if name.startswith("removed_"))
        assert row["registered_first"] + added - removed == registered[row["village_code"]]


def test_one_team_a_village_with_a_woman_in_the_committee() -> None:
    now = [row for row in county()["organisation__posts"] if row["term_year"] == 2021]
    assert len({row["id_number"] for row in now}) == 1897
    women = {row["village_code"] for row in now if row["position"].startswith("C") and row["sex"] == "2"}
    assert len(women) == 263


def test_every_township_reports_even_nought() -> None:
    counted: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in county()["organisation__election_reports"]:
        counted[row["matter"], row["term_year"]].append(row["number"])
    assert {name: (len(numbers), sum(numbers)) for name, numbers in counted.items()} == {
        ("report", 2021): (23, 12),
        ("report", 2016): (23, 37),
        ("report_direct", 2021): (23, 1),
        ("retired_visit", 2021): (23, 0),
    }
