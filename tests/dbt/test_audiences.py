"""Who may know of what is not lost on the way: whatever rests on restricted input is restricted, or says why it need not be.

The lineage is that of dbt's manifest, model by model: a model that reads a dataset with a restricted column rests on it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.rules import load_rules
from pipelines.reports.audiences import circle_of, circles, may_know
from pipelines.reports.selection import KINDS
from pipelines.settings import SEEDS
from pipelines.sources.contract import load_catalog
from tests.dbt.compiled import CompiledProject

# What the ledger tells of every dataset, restricted ones among them: read by name, it has to be handled as well.
LEDGER = {
    "source.cunshe.landing.delivery", "source.cunshe.landing.quarantine", "source.cunshe.landing.return_line",
    "source.cunshe.landing.quality_result", "source.cunshe.identity.review_item",
    "model.cunshe.int_delivery__feed_week", "model.cunshe.int_delivery__department_week",
}  # fmt: skip


@pytest.fixture(scope="module")
def lineage(compiled_project: CompiledProject) -> Mapping[str, list[str]]:
    """Node → the nodes it reads."""
    return {
        node: parents for node, parents in compiled_project.parents.items() if node.startswith(("model.", "source."))
    }


def restricted_staging() -> set[str]:
    return {f"model.cunshe.stg_{name}" for name, contract in load_catalog().items() if contract.restricted_columns}


def resting(lineage: Mapping[str, list[str]], on: set[str]) -> set[str]:
    """The names of the models that read any of `on`, by way of others too."""

    @cache
    def rests(node: str) -> bool:
        return node in on or any(map(rests, lineage.get(node, ())))

    return {node.rpartition(".")[2] for node in lineage if node.startswith("model.") and rests(node)}


def audiences(seed: str, key: str) -> dict[str, set[str]]:
    """Rule or indicator → the audiences of its versions."""
    found: dict[str, set[str]] = {}
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row[key], set()).add(row["audience"])
    return found


def unhandled(lineage: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """By kind: what rests on restricted input, is for everybody, and says nothing of it; or says it without need."""
    rules, models = load_rules(), resting(lineage, restricted_staging())
    of_ledger = {name for name in rules.marts if LEDGER & set(lineage.get(f"model.cunshe.{name}", ()))}
    shown = {name for name, rule in rules.marts.items() if rule.where != "false"}
    found: dict[str, set[str]] = {
        "marts": (shown & (models | of_ledger)) ^ {name for name, rule in rules.marts.items() if rule.handled}
    }
    for kind, seed, key, prefix in (
        ("rules", "warning_rules", "rule_id", "rule_"), ("indicators", "indicators", "indicator_id", "ind_"),
    ):  # fmt: skip
        known = {name for name, of in audiences(seed, key).items() if of == {"open"}}
        resting_ones = {name.removeprefix(prefix) for name in models if name.startswith(prefix)} & known
        found[kind] = resting_ones ^ set(rules.open_on_restricted[kind])
    return found


def test_what_rests_on_restricted_input_is_restricted_or_says_why_not(lineage: Mapping[str, list[str]]) -> None:
    assert unhandled(lineage) == {"marts": set(), "rules": set(), "indicators": set()}


def test_a_model_that_comes_to_rest_on_restricted_input_is_found(lineage: Mapping[str, list[str]]) -> None:
    broken: dict[str, Any] = dict(lineage)
    for reader in ("due_calendar", "rule_step_overdue", "ind_turnout_voters"):
        broken[f"model.cunshe.{reader}"] = [*lineage[f"model.cunshe.{reader}"], "model.cunshe.int_review__decision_week"]
    found = unhandled(broken)
    assert "due_calendar" in found["marts"] and "step_overdue" in found["rules"] and "turnout_voters" in found["indicators"]


def test_the_restricted_input_is_what_it_was_found_to_be() -> None:
    """A new restriction is added here by whoever adds it: none is lost by a slip of the pen in a contract."""
    catalog = load_catalog()
    whole = {name: one.audience for name, one in catalog.items() if one.audience != "open"}
    assert whole == {
        "discipline_inspection__dispositions": "review", "organisation__review_decisions": "review",
        "organisation__nominee_states": "posts", "organisation__reserve_cadres": "posts", "organisation__staff_support": "posts",
    }  # fmt: skip
    answer = {"conclusion", "rule_id", "influence_until", "valid_until"}
    partly = {name: {c.name for c in one.restricted_columns} for name, one in catalog.items() if name not in whole}
    assert {name: columns for name, columns in partly.items() if columns} == {
        "discipline_inspection__opinions": answer, "public_security__opinions": answer,
        "organisation__collected_opinions": answer | {"event_on", "document_no"},
        "organisation__appraisals": {"result", "is_not_listed"}, "organisation__candidates": {"is_on_nominee_list"},
    }  # fmt: skip


def test_each_circle_knows_what_the_one_before_knows_and_outcomes_are_for_county_and_review_group() -> None:
    known = [{audience for audience in circles() if may_know(circle, audience)} for circle in circles()]
    assert circles() == ["open", "posts", "review"] and known == [{"open"}, {"open", "posts"}, {"open", "posts", "review"}]
    assert {kind for kind in KINDS if may_know(circle_of(kind), "review")} == {"county", "review_group"}
    assert {kind for kind in KINDS if may_know(circle_of(kind), "posts")} == {"county", "review_group", "township"}
    model = Path(__file__).parents[2] / "dbt_project" / "models" / "marts" / "village_state_audience_week.sql"
    listed = ", ".join(f"('{circle}', {reach})" for reach, circle in enumerate(circles()))
    assert f"(values {listed})" in model.read_text("utf-8")
