"""The rows of a joint review: everybody asked of everybody, and people who decide."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from pipelines.simulation.scenarios.ground import People, invented_villages
from pipelines.simulation.scenarios.reviewing import Plan, Round, nominees_of, review_rows
from pipelines.simulation.scenarios.teams import Member

ROUNDS = (
    Round(1, date(2021, 2, 1), date(2021, 2, 8), date(2021, 2, 1)),
    Round(2, date(2021, 3, 1), date(2021, 3, 8), date(2021, 3, 1)),
)
PANEL = ("discipline_inspection", "public_security", "court", "natural_resources")
EXCLUDED, REVOKED, KEPT, PENDING, AGAIN, GONE = 3, 1, 4, 1, 2, 5


def rows(first: tuple[int, ...] = (1, 1, 2)):
    people = People(Random(1), date(2021, 5, 30))
    villages = invented_villages("999901", [("示例镇", 2, 3)])
    team = [Member(people.person(40), village, ("P1", "C1")) for village in villages]
    nominees = nominees_of(team, [], people, villages, others=25, gone=GONE)
    plan = Plan(PANEL, ROUNDS, first, AGAIN, EXCLUDED, REVOKED, KEPT, PENDING)
    return review_rows(Random(2), plan, nominees)


@pytest.fixture(scope="module")
def found():
    return rows()


def answers(found):
    own = [(name.split("__")[0], row) for name in found for row in found[name] if name.endswith("__opinions")]
    return own + [(row["reviewer"], row) for row in found["organisation__collected_opinions"]]


def test_every_department_answers_about_every_request_but_of_those_who_went(found):
    asked = Counter((row["id_number"], row["review_round"]) for row in found["organisation__review_requests"])
    answered = Counter((row["id_number"], row["review_round"]) for _, row in answers(found))
    assert set(asked.values()) == {1}
    assert set(answered.values()) == {len(PANEL)}
    assert len({number for number, _ in asked} - {number for number, _ in answered}) == GONE
    assert len(found["organisation__review_panels"]) == len(PANEL) * len(ROUNDS)


def test_who_was_held_up_is_asked_again_and_cleared(found):
    by_round = {(row["id_number"], row["review_round"]): row["conclusion"] for name, row in answers(found) if name == PANEL[0]}
    held = [number for (number, _), conclusion in by_round.items() if conclusion == "HOLD"]
    assert 0 < len(held) <= AGAIN
    assert all(by_round[number, 2] in ("PASS", "NO_RECORD_FOUND") for number in held)


def test_decisions_are_as_many_as_planned_and_nobody_elected_is_excluded(found):
    decisions = found["organisation__review_decisions"]
    outcomes = Counter(row.get("outcome") for row in decisions)
    assert outcomes == {"exclude": EXCLUDED + REVOKED, "keep": KEPT, None: PENDING}
    assert sum(row.get("appeal_outcome") == "revoked" for row in decisions) == REVOKED
    elected = {row["id_number"] for row in found["organisation__candidates"] if row["candidate_status"] == "elected"}
    assert not elected & {row["id_number"] for row in decisions}
    assert all(row["heard_on"] <= row["decided_on"] <= row["notice_on"] for row in decisions if row.get("outcome"))


def test_all_rounds_for_everybody_where_no_turn_is_planned():
    found = rows(first=())
    asked = Counter(row["id_number"] for row in found["organisation__review_requests"])
    assert set(asked.values()) == {len(ROUNDS)}
