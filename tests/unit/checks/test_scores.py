"""Counting links against the truth: intervals against published ones, every outcome of a mention in its place."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.checks.scores import Share, Tally, judge, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # R. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_published(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.00005)


def test_all_and_nothing_have_exact_ends() -> None:
    assert Share.of(10, 10).high == 1 and Share.of(0, 10).low == 0
    assert Share.of(0, 0) == Share(None, None, None)


def test_f1_is_the_harmonic_mean_and_lies_in_its_interval() -> None:
    tally = Tally(mentions=120, with_person=100, right=90, wrong=5)
    precision, recall = 90 / 95, 90 / 100
    f1 = tally.f1
    assert f1.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert f1.low is not None and f1.high is not None and f1.value is not None
    assert f1.low < f1.value < f1.high
    assert Tally().f1.value is None
    assert Tally(mentions=3, with_person=3).f1.value == 0


MENTIONS = [
    # mention, truth, links (person, band), class, trap, lookalike
    ("right", "A", [("A", "sure")], "id_number", None, False),
    ("wrong", "A", [("B", "sure")], "id_number", "homonym", False),
    ("stranger", None, [("B", "sure")], "id_number", "sibling", False),
    ("nobody", None, [], "id_number", None, False),
    ("missed", "A", [], "id_number", None, False),
    ("waits", "A", [("B", "review"), ("A", "review")], "id_number", None, False),
    ("waits for others", "A", [("B", "review")], "id_number", None, False),
    ("waits in vain", None, [("B", "review")], "id_number", None, False),
    ("alike", None, [("B", "sure")], "name_village", "homonym", True),
]


def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(
        "create table truth (mention_id text, person_id text, evidence_class text, trap text, lookalike boolean)"
    )
    made.execute("create table link (mention_id text, person_id text, rule text, band text, weight double)")
    for mention, person, links, evidence, trap, lookalike in MENTIONS:
        made.execute("insert into truth values (?, ?, ?, ?, ?)", [mention, person, evidence, trap, lookalike])
        for other, band in links:
            made.execute("insert into link values (?, ?, 'r', ?, null)", [mention, other, band])
    return made


def test_every_outcome_has_its_place() -> None:
    figures = judge(connection())
    tally = figures.classes["id_number"]
    assert tally == Tally(
        mentions=8, with_person=5, right=1, wrong=2, waiting=3, waiting_with_person=2, offered_right=1
    )
    assert tally.precision.value == pytest.approx(1 / 3)
    assert tally.recall.value == pytest.approx(1 / 5)
    assert tally.waits.value == pytest.approx(3 / 8)
    assert tally.offered.value == pytest.approx(1 / 2)


def test_lookalikes_are_in_their_class_and_in_no_trap() -> None:
    figures = judge(connection())
    assert {name: tally.wrong for name, tally in figures.traps.items()} == {"homonym": 1, "sibling": 1}
    assert figures.lookalikes.wrong == figures.classes["name_village"].wrong == 1


def test_seeds_add_up() -> None:
    figures = judge(connection())
    twice = figures + figures
    assert twice.classes["id_number"].mentions == 16
    assert twice.traps["homonym"].wrong == twice.lookalikes.wrong == 2
    assert twice.pooled("id_number", "name_village").wrong == 6


def test_two_automatic_links_of_one_mention_are_an_error() -> None:
    made = connection()
    made.execute("insert into link values ('right', 'B', 'r', 'sure', null)")
    with pytest.raises(ValueError, match="2 automatic links"):
        judge(made)
