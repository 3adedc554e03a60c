"""A rule or an indicator is one SQL file and one row of a seed, and nothing else is to be forgotten.

That file and row meet is checked among the conventions; here is what the row must say, that the generated lists are
current, and that a rule's SQL measures and does not judge.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pipelines.files import read_yaml
from pipelines.settings import DBT_PROJECT
from pipelines.sources.dbt_models import RULE_COLUMNS, generated_files, model_names
from tests.dbt.compiled import model_files

OPERATORS = {">", ">=", "<", "<=", "="}
RULES = model_names(DBT_PROJECT, "warnings", "rule_")
INDICATORS = model_names(DBT_PROJECT, "indicators", "ind_")
CLOCKS = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.CurrentDatetime, exp.Rand)
# What no sentence of the engine may say of a person: people decide, the engine never does.
VERDICTS = re.compile("取消|排除|淘汰|撤换|罢免|不得(参选|列为|提名)|资格不符")

LEVELS = {"statute", "province", "party", "policy", "local", "proposal"}
NO_LAW = {"local", "proposal"}
UNSURE = re.compile("待核|待确认|unverified|proposal", re.IGNORECASE)

Row = dict[str, str]


def seed(name: str) -> list[Row]:
    with (DBT_PROJECT / "seeds" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rule_row_faults(row: Row) -> list[str]:
    """What is wrong with the thresholds and dates of one rule."""
    rule = row["rule_id"]
    found = []
    for colour in ("yellow", "red"):
        parts = {part: row[f"{colour}_{part}"] for part in ("operator", "threshold")}
        parts["days_to_act"] = row[f"days_to_act_{colour}"]
        if any(parts.values()) and not all(parts.values()):
            found.append(f"{rule}: {colour} lacks " + ", ".join(name for name, value in parts.items() if not value))
        elif parts["operator"]:
            found += [f"{rule}: {colour} {fault}" for fault in _part_faults(parts)]
    if not row["yellow_operator"] and not row["red_operator"]:
        found.append(f"{rule}: neither yellow nor red")
    if row["subject"] == "person" and row["restricted"] != "true":
        found.append(f"{rule}: is about persons and not restricted")
    if VERDICTS.search(row["title_zh"] + row["action_zh"]):
        found.append(f"{rule}: says more than that people must examine it")
    return found


def indicator_row_faults(row: Row) -> list[str]:
    """What is wrong with what an indicator says it rests on."""
    indicator, basis, level = row["indicator_id"], row["basis_zh"].strip(), row["legal_level"]
    found = []
    if not re.search(r"[\u4e00-\u9fff]", basis):
        found.append(f"{indicator}: no basis in Chinese")
    if level not in LEVELS:
        found.append(f"{indicator}: level {level!r} is not one of {' '.join(sorted(LEVELS))}")
    if level == "statute" and not re.search(r"(法|条例)(（.*?）)?第.+?条", basis):
        found.append(f"{indicator}: rests on a law and names no article")
    if (level in NO_LAW) != ("无法律依据" in basis):
        found.append(f"{indicator}: says that no law is behind it, or fails to")
    if UNSURE.search(basis):
        found.append(f"{indicator}: rests on what nobody has confirmed")
    return found


def _part_faults(parts: Row) -> Iterable[str]:
    if parts["operator"] not in OPERATORS:
        yield f"operator {parts['operator']!r} is not one of {' '.join(sorted(OPERATORS))}"
    try:
        if Decimal(parts["threshold"]) % Decimal("0.01"):
            yield f"threshold {parts['threshold']} has more than two decimals"
    except InvalidOperation:
        yield f"threshold {parts['threshold']!r} is not a number"
    if not parts["days_to_act"].isdigit():
        yield f"days_to_act {parts['days_to_act']!r} is not a whole number of days"


def overlaps(rows: list[Row], key: str) -> list[str]:
    """Versions of one rule or indicator that are valid on the same day."""
    found = []
    spans: dict[str, date] = {}
    for row in sorted(rows, key=lambda row: (row[key], row["valid_from"])):
        start, end = date.fromisoformat(row["valid_from"]), row["valid_to"]
        if row[key] in spans and start <= spans[row[key]]:
            found.append(f"{row[key]}: two versions are valid on {start}")
        spans[row[key]] = date.fromisoformat(end) if end else date.max
    return found


def unused(names: list[str], prefix: str, rows: list[Row], key: str, seed_name: str) -> list[str]:
    """Models without a row and rows without a model, by the piece that is missing."""
    models, ids = {name.removeprefix(prefix) for name in names}, {row[key] for row in rows}
    return [f"seeds/{seed_name}: no row '{name}'" for name in sorted(models - ids)] + [
        f"{prefix}{name}.sql: no such model" for name in sorted(ids - models)
    ]


def test_every_rule_and_indicator_is_whole() -> None:
    assert unused(RULES, "rule_", seed("warning_rules.csv"), "rule_id", "warning_rules.csv") == []
    assert unused(INDICATORS, "ind_", seed("indicators.csv"), "indicator_id", "indicators.csv") == []


def test_the_missing_piece_is_named() -> None:
    rows = [{"rule_id": "a"}, {"rule_id": "b"}]
    assert unused(["rule_b", "rule_c"], "rule_", rows, "rule_id", "s.csv") == [
        "seeds/s.csv: no row 'c'",
        "rule_a.sql: no such model",
    ]


@pytest.mark.parametrize("row", seed("warning_rules.csv"), ids=lambda row: row["rule_id"])
def test_thresholds_are_typed(row: Row) -> None:
    assert rule_row_faults(row) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"red_threshold": "five"}, "is not a number"),
        ({"red_threshold": "0.005"}, "more than two decimals"),
        ({"red_operator": "=>"}, "is not one of"),
        ({"days_to_act_red": ""}, "red lacks days_to_act"),
        ({"red_operator": "", "red_threshold": "", "days_to_act_red": ""}, "neither yellow nor red"),
        ({"subject": "person"}, "not restricted"),
        ({"action_zh": "取消资格"}, "people must examine"),
    ],
)
def test_a_bad_row_is_found(change: Row, fault: str) -> None:
    good = {
        "rule_id": "r", "subject": "village", "restricted": "false", "title_zh": "题", "action_zh": "核实",
        "yellow_operator": "", "yellow_threshold": "", "days_to_act_yellow": "",
        "red_operator": ">", "red_threshold": "5", "days_to_act_red": "3",
    }  # fmt: skip
    assert rule_row_faults(good) == []
    assert fault in " ".join(rule_row_faults(good | change))


@pytest.mark.parametrize("row", seed("indicators.csv"), ids=lambda row: row["indicator_id"])
def test_an_indicator_says_what_it_rests_on(row: Row) -> None:
    assert indicator_row_faults(row) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"basis_zh": ""}, "no basis"),
        ({"basis_zh": "none"}, "no basis"),
        ({"legal_level": ""}, "is not one of"),
        ({"basis_zh": "村民委员会组织法"}, "names no article"),
        ({"legal_level": "local"}, "no law is behind it"),
        ({"basis_zh": "管理口径，无法律依据，参见村民委员会组织法第十五条"}, "no law is behind it"),
        ({"basis_zh": "村民委员会组织法第十五条（待核实）"}, "nobody has confirmed"),
    ],
)
def test_an_indicator_without_a_sound_basis_is_found(change: Row, fault: str) -> None:
    good = {"indicator_id": "i", "basis_zh": "村民委员会组织法第十五条：过半数投票", "legal_level": "statute"}
    assert indicator_row_faults(good) == []
    assert fault in " ".join(indicator_row_faults(good | change))


@pytest.mark.parametrize(("name", "key"), [("warning_rules.csv", "rule_id"), ("indicators.csv", "indicator_id")])
def test_one_version_is_valid_at_a_time(name: str, key: str) -> None:
    assert overlaps(seed(name), key) == []


def test_overlapping_versions_are_found() -> None:
    old = {"rule_id": "r", "valid_from": "2019-01-01", "valid_to": "2020-12-31"}
    assert overlaps([old, {"rule_id": "r", "valid_from": "2021-01-01", "valid_to": ""}], "rule_id") == []
    assert overlaps([old, {"rule_id": "r", "valid_from": "2020-12-31", "valid_to": ""}], "rule_id")


@pytest.mark.parametrize("path", generated_files(), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated_files()[path], (
        f"{path.name} is stale: run `python -m pipelines.sources.dbt_models`"
    )


@pytest.mark.parametrize("name", RULES)
def test_a_rule_measures_and_does_not_judge(name: str, compiled_models: Mapping[str, str]) -> None:
    tree = sqlglot.parse_one(compiled_models[name], read="duckdb")
    assert tree.named_selects == list(RULE_COLUMNS)
    literals = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
    assert not literals & {"red", "yellow", "green"}, "colours are the engine's"
    assert "warning_rules" not in {table.name for table in tree.find_all(exp.Table)}, "thresholds are the engine's"
    assert not [text for text in literals if VERDICTS.search(text)]


def test_the_engine_and_the_audit_know_the_same_signs_of_an_identity(compiled_models: Mapping[str, str]) -> None:
    signs = read_yaml(DBT_PROJECT.parent / "pipelines" / "publishing" / "editions.yml")["audit"]["identifier_values"]
    calls = sqlglot.parse_one(compiled_models["int_warning__judged_week"], read="duckdb").find_all(exp.RegexpLike)
    assert {call.expression.this for call in calls} == set(signs.values())


def clocks(sql: str) -> list[str]:
    """Functions whose answer differs from run to run."""
    calls = sqlglot.parse_one(sql, read="duckdb").find_all(exp.Anonymous, *CLOCKS)
    return [call.sql() for call in calls if not isinstance(call, exp.Anonymous) or call.name.lower() == "now"]


@pytest.mark.parametrize("name", model_files())
def test_no_model_looks_at_the_clock(name: str, compiled_models: Mapping[str, str]) -> None:
    assert clocks(compiled_models[name]) == []


@pytest.mark.parametrize("call", ["current_timestamp", "current_date", "now()", "today()", "random()"])
def test_a_clock_is_found(call: str) -> None:
    assert clocks(f"select a from t where b < {call}")
