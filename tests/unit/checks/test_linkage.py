"""The check of the linking: it sees right and wrong linkers for what they are, says so, and ends with the right code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.checks import linkage
from pipelines.checks.baselines import LINK, link_exactly
from pipelines.checks.linkage import OURS, Result, as_text, check_linkage, judged, measured, sides
from pipelines.checks.scores import EVIDENCE, TRAPS, Figures, Tally
from pipelines.cli import app
from pipelines.simulation.linkage import LinkageCounty

PERFECT = Tally(mentions=1_000, with_person=900, right=900)


def figures(**classes: Tally) -> Figures:
    return Figures(
        {name: classes.get(name, PERFECT) for name in EVIDENCE},
        {name: classes.get(name, PERFECT) for name in TRAPS},
        Tally(),
    )


def result(of: Figures) -> Result:
    return Result((1,), 100, {OURS: of, "exact": figures()}, judged(of))


def missed(of: Figures) -> list[str]:
    return [one.id for one in judged(of) if not one.met]


def test_the_perfect_reach_every_aim() -> None:
    assert missed(figures()) == []
    assert result(figures()).met


@pytest.mark.parametrize(
    ("spoiled", "tally", "aims"),
    [
        ("id_number", replace(PERFECT, wrong=1), ["with_number_precision"]),
        ("id_damaged", replace(PERFECT, right=897), ["with_number_recall"]),
        ("name_village_post", replace(PERFECT, right=864), ["without_number_f1"]),
        ("name_village", replace(PERFECT, right=890, wrong=30), ["without_number_f1"]),
        ("role_only", replace(PERFECT, wrong=1), ["roles_never_wrong"]),
        ("homonym", replace(PERFECT, wrong=1), ["homonyms_never_wrong"]),
        ("sibling", replace(PERFECT, wrong=1), ["siblings_never_wrong"]),
        ("sibling", Tally(), ["siblings_never_wrong"]),
        ("id_number", Tally(), ["with_number_precision", "with_number_recall", "whole_number_recall"]),
        # what a person has yet to decide is found, and for a whole number not found well enough
        ("id_number", replace(PERFECT, right=890, offered_right=10), ["whole_number_recall"]),
        ("id_damaged", replace(PERFECT, right=890, offered_right=10), []),
    ],
)
def test_each_aim_can_be_missed(spoiled: str, tally: Tally, aims: list[str]) -> None:
    assert missed(figures(**{spoiled: tally})) == aims


def test_just_enough_is_enough() -> None:
    assert missed(figures(id_number=Tally(mentions=4_000, with_person=4_000, right=3_990))) == []


def test_a_linker_never_sees_the_truth(half: LinkageCounty) -> None:
    def curious(connection: Any) -> None:
        assert {row[0] for row in connection.execute("show tables").fetchall()} == {
            "person", "person_alias", "tenure", "village_period", "village_successor", "mention", "decided",
        }  # fmt: skip
        connection.execute(LINK)

    assert measured(half, curious).classes["id_number"].right == 0


def test_exact_matching_finds_whole_numbers_and_falls_for_homonyms(half: LinkageCounty) -> None:
    found = measured(half, link_exactly)
    number, named = found.classes["id_number"], found.classes["name_village"]
    assert number.recall.value is not None and number.recall.value > 0.99
    assert named.recall.value is not None and 0.7 < named.recall.value < 0.95


def test_linking_to_anybody_is_seen(half: LinkageCounty) -> None:
    def anybody(connection: Any) -> None:
        connection.execute(LINK)
        connection.execute(
            "insert into link select mention_id, (select min(person_id) from person), 'r', 'sure', null from mention"
        )

    found = measured(half, anybody)
    assert found.classes["id_number"].wrong > 100
    assert found.traps["sibling"].wrong > 0


@pytest.fixture
def checked() -> Result:
    return check_linkage([5], 300, {OURS: link_exactly, "exact": link_exactly})


def test_the_same_sides_get_the_same_figures(checked: Result) -> None:
    assert checked.sides[OURS] == checked.sides["exact"]
    assert not checked.met, "exact matching misses damaged numbers"
    assert check_linkage([5, 5], 300, {OURS: link_exactly}).sides[OURS] == checked.sides[OURS] + checked.sides[OURS]


def test_the_table_has_every_class_side_and_aim(checked: Result) -> None:
    text = as_text(checked)
    for name in (*EVIDENCE, "with a number", "without", "Wilson", "MISSED", "homonym"):
        assert name in text
    assert text.count("exact") >= len(EVIDENCE)


def test_shares_are_cut_and_not_rounded_up() -> None:
    nearly = Tally(mentions=100_000, with_person=100_000, right=99_749)
    lines = as_text(result(figures(id_number=nearly))).splitlines()
    assert any("99.74" in line and "MISSED" in line for line in lines)


@pytest.mark.parametrize(("of", "code"), [(figures(), 0), (figures(role_only=replace(PERFECT, wrong=1)), 1)])
def test_the_command_prints_json_and_ends_with_the_verdict(
    monkeypatch: pytest.MonkeyPatch, of: Figures, code: int
) -> None:
    asked: list[tuple[list[int], int]] = []

    def instead(seeds: range, persons: int) -> Result:
        asked.append((list(seeds), persons))
        return result(of)

    monkeypatch.setattr(linkage, "check_linkage", instead)
    ran = CliRunner().invoke(app, ["check", "linkage", "--json", "--seeds", "2", "--persons", "500"])
    assert ran.exit_code == code
    assert asked == [([linkage.FIRST_SEED, linkage.FIRST_SEED + 1], 500)]
    said = json.loads(ran.stdout)
    assert said["met"] is (code == 0)
    assert said["sides"][OURS]["classes"]["id_number"]["precision"]["value"] == 1
    assert {aim["id"] for aim in said["aims"]} >= {"with_number_recall", "homonyms_never_wrong"}
    assert "roles_never_wrong" in str(said["aims"])


def test_ours_links_nobody_wrongly_in_a_small_county(half: LinkageCounty) -> None:
    found = measured(half, sides()[OURS])
    assert sum(tally.wrong for tally in found.classes.values()) == found.lookalikes.wrong
    for evidence in ("id_number", "id_damaged"):
        recall = found.classes[evidence].recall.value
        assert recall is not None and recall > 0.95
    assert found.classes["role_only"].right > 25


@pytest.mark.long
def test_ours_reaches_every_aim() -> None:
    ours = check_linkage(range(linkage.FIRST_SEED, linkage.FIRST_SEED + 3), linkers={OURS: sides()[OURS]})
    assert ours.met, as_text(ours)
