"""The simulated truth of the linking: shapes, determinism, rates, and that every trap is really there."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest
from pypinyin import Style, pinyin

from pipelines.errors import CunsheError
from pipelines.simulation.linkage import LinkageCounty, simulate_linkage
from pipelines.simulation.linkage.corruption import damage_number
from pipelines.simulation.linkage.county import SHAPES
from pipelines.simulation.linkage.draws import characters, draw, rates
from pipelines.simulation.linkage.people import Crowd
from pipelines.simulation.people import Clan
from pipelines.sources.resident_id import IdProblem, ParsedId, parse_id_number

# The digits that a spreadsheet and a float lose are none that are 0 anyway.
NUMBER = "999901197803124627"


@pytest.fixture(scope="module")
def county() -> LinkageCounty:
    return simulate_linkage(7, persons=1_500)


@pytest.fixture(scope="module")
def truth(county: LinkageCounty) -> dict[str, dict[str, Any]]:
    return {row["mention_id"]: row for row in county.truth.to_pylist()}


Roles = dict[tuple[str, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def roles(county: LinkageCounty) -> Roles:
    """Tenures by village code and position."""
    found: Roles = defaultdict(list)
    for row in county.tenure.to_pylist():
        found[row["village_code"], row["position"]].append(row)
    return found


def holders(tenures: list[dict[str, Any]], day: date) -> set[str]:
    return {
        row["person_id"]
        for row in tenures
        if row["started_on"] <= day and (row["ended_on"] is None or day <= row["ended_on"])
    }


def test_the_same_seed_gives_the_same_tables_and_another_one_others(county: LinkageCounty) -> None:
    again, other = simulate_linkage(7, persons=1_500), simulate_linkage(8, persons=1_500)
    assert all(again.tables()[name].equals(table) for name, table in county.tables().items())
    assert not other.mention.equals(county.mention)


def test_the_tables_have_their_shapes_and_one_truth_per_mention(county: LinkageCounty) -> None:
    assert {name: table.schema for name, table in county.tables().items()} == SHAPES
    assert county.mention["mention_id"].to_pylist() == county.truth["mention_id"].to_pylist()
    assert len(set(county.mention["mention_id"].to_pylist())) == county.mention.num_rows


def test_a_person_is_in_one_half_only(county: LinkageCounty) -> None:
    halves = defaultdict(set)
    for row in county.truth.to_pylist():
        halves[row["person_id"]].add(row["half"])
    assert all(len(found) == 1 for person, found in halves.items() if person)
    tune, measure = county.half("tune"), county.half("measure")
    assert tune.mention.num_rows + measure.mention.num_rows == county.mention.num_rows
    assert 0.4 < tune.mention.num_rows / county.mention.num_rows < 0.6
    assert set(measure.truth["half"].to_pylist()) == {"measure"}
    with pytest.raises(ValueError, match="no half"):
        county.half("third")


def test_evidence_is_what_the_mention_carries(county: LinkageCounty, truth: dict[str, dict[str, Any]]) -> None:
    carried = {
        "id_number": {"id_number"}, "id_damaged": set(), "role_only": {"village_code", "position"},
        "name_village_post": {"person_name", "village_code", "position"}, "name_village": {"person_name", "village_code"},
    }  # fmt: skip
    for row in county.mention.to_pylist():
        has = {name for name in ("person_name", "id_number", "id_text", "village_code", "position") if row[name]}
        evidence = truth[row["mention_id"]]["evidence_class"]
        assert has == carried[evidence] if "id" not in evidence else carried[evidence] <= has
    shares = Counter(row["evidence_class"] for row in truth.values())
    for evidence, share in rates()["evidence"].items():
        assert shares[evidence] / len(truth) == pytest.approx(share, abs=0.02)


def test_every_number_is_valid_and_invented_or_damaged(county: LinkageCounty, truth: dict[str, dict[str, Any]]) -> None:
    passing = {row["mention_id"] for row in truth.values() if "id_passes_check" in row["kinds"]}
    assert passing, "one cut number of eleven passes the check digit"
    for row in county.mention.to_pylist():
        if row["id_number"]:
            parsed = parse_id_number(row["id_number"], allow_unassigned_area=True)
            assert isinstance(parsed, ParsedId) and parsed.number == row["id_number"]
        if row["id_text"]:
            assert row["mention_id"] not in passing
            assert isinstance(parse_id_number(row["id_text"], allow_unassigned_area=True), IdProblem)
    numbers = county.person["id_number"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("9999") for number in numbers)


def test_no_number_is_given_twice() -> None:
    crowd, clan = Crowd(1), Clan("林", 0.5, "福")
    # the same throw of the dice, again and again
    numbers = [crowd.person(Random(1), clan).id_number for _ in range(20)]
    assert len(set(numbers)) == 20


def test_each_damage_is_of_its_kind() -> None:
    seen = defaultdict(set)
    for seed in range(400):
        text, kind = damage_number(Random(seed), NUMBER)
        seen[kind].add(text)
    assert set(seen) == {f"id_{kind}" for kind in rates()["id_damage"]}
    assert {len(text) for text in seen["id_lost_digit"]} == {17}
    assert seen["id_truncated"] == {NUMBER[:15] + "000"}
    assert seen["id_float64"] == {str(int(float(NUMBER)))} != {NUMBER}
    assert seen["id_last_four"] == {NUMBER[-4:]}
    assert seen["id_masked_serial"] == {"9999011978****4627"}
    for text in seen["id_mistyped"]:
        assert sum(one != other for one, other in zip(text, NUMBER, strict=True)) == 1
    for text in seen["id_swapped"]:
        assert sorted(text) == sorted(NUMBER) and text != NUMBER
    ending_in_x = {damage_number(Random(seed), "99990119780312001X")[1] for seed in range(300)}
    assert not ending_in_x & {"id_truncated", "id_float64"}


def test_homonyms_siblings_and_strangers_are_there(county: LinkageCounty, truth: dict[str, dict[str, Any]]) -> None:
    traps = Counter((row["trap"], row["person_id"] is None) for row in truth.values())
    assert min(traps[trap, stranger] for trap in ("homonym", "sibling") for stranger in (True, False)) > 3
    names = {row["person_id"]: row["person_name"] for row in county.person_alias.to_pylist()}
    villages = defaultdict(set)
    for row in county.tenure.to_pylist():
        villages[row["village_code"]].add(row["person_id"])
    pairs = Counter(
        names[one] == names[other]
        for people in villages.values()
        for one in people
        for other in people
        if one < other and names[one][:2] == names[other][:2] and len(names[one]) == len(names[other]) == 3
    )
    assert pairs[True] > 3 and pairs[False] > 20


def test_numbers_of_persons_on_no_roster_are_on_no_roster(
    county: LinkageCounty, truth: dict[str, dict[str, Any]]
) -> None:
    known = {row["id_number"]: row["person_id"] for row in county.person.to_pylist()}
    for row in county.mention.to_pylist():
        of = truth[row["mention_id"]]
        if of["evidence_class"] == "id_number" and "id_neighbour" not in of["kinds"]:
            assert known.get(row["id_number"]) == of["person_id"]


def test_a_role_means_who_held_it_that_day(
    county: LinkageCounty, truth: dict[str, dict[str, Any]], roles: Roles
) -> None:
    periods = county.village_period.to_pylist()
    codes = Counter(
        row["village_code"] for row in periods if row["valid_from"] == date(2005, 1, 1) and not row["valid_to"]
    )
    merged = set(county.village_successor["to_id"].to_pylist())
    absorbing = {row["village_code"] for row in periods if row["village_id"] in merged}
    checked = Counter[str]()
    for row in county.mention.to_pylist():
        of, code = truth[row["mention_id"]], row["village_code"]
        plain = set(of["kinds"]) <= {"role_only", "any_day", "near_change"}
        if of["evidence_class"] != "role_only" or not plain or not codes[code] or code in absorbing:
            continue
        held = holders(roles[code, row["position"]], row["on_date"])
        assert of["person_id"] in held if held else of["person_id"] is None
        checked["person" if held else "nobody"] += 1
    assert checked["person"] > 50 and checked["nobody"] > 0


def test_mergers_leave_old_codes_and_successors(county: LinkageCounty, truth: dict[str, dict[str, Any]]) -> None:
    ends = {row["village_id"]: row["valid_to"] for row in county.village_period.to_pylist()}
    assert county.village_successor.num_rows > 2
    for row in county.village_successor.to_pylist():
        assert row["effective_on"] == ends[row["from_id"]], "half open: the first day on which it was no more"
        assert ends[row["to_id"]] is None
    kinds = Counter(kind for row in truth.values() for kind in row["kinds"])
    assert kinds["village_old_after"] > 5 and kinds["village_new_before"] > 5


def test_what_reads_like_anothers_record_is_marked() -> None:
    # name and village alone, and an official of the village who has that name
    county = simulate_linkage(3, persons=6_000)
    truth = {row["mention_id"]: row for row in county.truth.to_pylist() if row["lookalike"]}
    assert {row["evidence_class"] for row in truth.values()} >= {"name_village"}
    assert 0 < len(truth) < 0.005 * county.mention.num_rows
    names = defaultdict(set)
    for row in county.person_alias.to_pylist():
        names[row["person_name"]].add(row["person_id"])
    plain = {"off_roster", "date_missing", "village_old_after", "village_new_before"}
    for row in county.mention.to_pylist():
        of = truth.get(row["mention_id"])
        if of and set(of["kinds"]) <= plain and "·" not in row["person_name"]:
            assert names[row["person_name"]] - {of["person_id"]}


def test_characters_said_alike_are_said_alike() -> None:
    """Tones, and -n and -ng, which the south does not tell apart, aside."""
    for one, others in characters()["homophones"].items():
        for other in others:
            said, heard = (
                {sound.replace("ng", "n") for sound in pinyin(text, style=Style.NORMAL, heteronym=True)[0]}
                for text in (one, other)
            )
            assert said & heard, f"{one} {other}"


def test_shares_add_up() -> None:
    assert sum(rates()["evidence"].values()) == pytest.approx(1)
    assert sum(rates()["id_damage"].values()) == pytest.approx(1)
    assert sum(rates()["roster"]["handover"].values()) == pytest.approx(1)
    drawn = Counter(draw(Random(seed), {"a": 1, "b": 3}) for seed in range(2_000))
    assert drawn["b"] / 2_000 == pytest.approx(0.75, abs=0.04)


def test_no_county_of_nobody() -> None:
    with pytest.raises(CunsheError):
        simulate_linkage(1, persons=0)
