"""The policy: whole, strict, deny by default, and the same as what the reports show."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines.access.matrix import matrix
from pipelines.access.policy import MARTS, POLICY, load_policy, mart_columns, mart_faults, policy_of
from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.settings import PROJECT_ROOT, SEEDS

EDITIONS = PROJECT_ROOT / "pipelines" / "publishing" / "editions.yml"
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


def test_every_mart_is_decided_for_every_role() -> None:
    policy = load_policy()
    assert len(mart_columns()) > 30
    for role in policy.roles:
        for relation in {*mart_columns(), "person_identity"}:
            assert policy.decide(role, relation).rule


def test_l4_is_reached_for_the_joint_review_in_an_open_round_only() -> None:
    policy, reaching = load_policy(), 0
    for role in policy.roles.values():
        for grant in role.grants.values():
            if grant.up_to == "L4":
                assert (grant.purposes, grant.round) == (("资格联审",), "open")
                reaching += 1
    assert reaching


@pytest.mark.parametrize("role", [*ADMINISTRATORS, "auditor"])
def test_administrators_and_the_auditor_see_no_content_and_hold_nothing_else(role: str) -> None:
    policy = load_policy()
    assert not any(policy.decide(role, relation).is_allowed for relation in policy.relations)
    for other in set(policy.roles) - {role}:
        with pytest.raises(CunsheError, match="combined"):
            policy.check_combination([role, other])
    policy.check_combination([role])
    policy.check_combination(["county_office", "review_group"])


@pytest.mark.parametrize("role", ["township_secretary", "paired_department", "supplier", "rectification_group", "analyst"])
def test_review_outcomes_reach_nobody_but_the_county_and_the_review_group(role: str) -> None:
    policy = load_policy()
    for what in (("review_case", None), ("person_table", "review_state"), ("review_progress", "on_hold")):
        assert not policy.decide(role, *what).is_allowed
    assert not any(policy.permits(role, "L4", group) for group in policy.groups)


def test_names_are_masked_for_everybody_and_analysts_have_none() -> None:
    policy = load_policy()
    assert not policy.decide("analyst", "person_identity", "person_name").is_allowed
    for role in policy.roles.values():
        assert all(grant.mask == "surname" for grant in role.of_group("names").values())


def test_what_the_analyst_edition_drops_the_policy_refuses() -> None:
    policy, dropped = load_policy(), 0
    for mart, rule in read_yaml(EDITIONS)["marts"].items():
        shown_as_another = " ".join(rule.get("replace", {}).values())
        for column in rule.get("drop", []):
            if f"t.{column}" in shown_as_another:
                continue
            assert not policy.decide("analyst", mart, column).is_allowed, f"policy.yml, analyst: without {mart}.{column}"
            dropped += 1
        if rule.get("where") == "false":
            assert not policy.decide("analyst", mart).is_allowed, mart
    assert dropped


def test_no_role_is_led_from_a_petition_count_to_the_matter() -> None:
    policy = load_policy()
    for name in ("village_item", "warning_evidence"):
        (row,) = policy.relations[name].rows
        assert (row.when, row.closed) == ("t.department = 'petition'", True)
    for role in ("county_office", "township_secretary", "paired_department"):
        assert not policy.decide(role, "file_change", "row_no").is_allowed
    # of any department's records: these three, persons' items, answers of officials, and what goes back to the sender
    of_others = {"person_item", "warning_step", "quarantine", "return_line"}
    leading = {name for name, columns in mart_columns().items() if {"row_no", "department"} <= columns}
    assert leading - of_others == {"village_item", "warning_evidence", "file_change"}


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["roles"]["analyst"]["denied"].remove("names"), "analyst: names is not decided"),
        (lambda c: c["roles"]["analyst"]["denied"].append("persons"), "granted and denied"),
        (lambda c: c["roles"]["analyst"]["grants"]["persons"].update(purposes=["好奇"]), "no purpose 好奇"),
        (lambda c: c["roles"]["analyst"]["grants"]["persons"].update(purposes=[]), "has no purpose"),
        (lambda c: c["roles"]["analyst"]["grants"]["persons"].update(up_to="L4"), "L4 is for 资格联审"),
        (lambda c: c["roles"]["review_group"]["grants"]["persons"].update(round="any"), "L4 is for 资格联审"),
        (lambda c: c["roles"]["system_admin"].update(grants={"rules": {"up_to": "L1", "purposes": ["队伍管理"]}},
                                                     denied=c["roles"]["system_admin"]["denied"][:-1]), "sees no content"),
        (lambda c: c["roles"]["analyst"].update(may_all=True), "may_all"),
        (lambda c: c["groups"]["rules"].update(warning={"class": "L1"}), "stands in two groups"),
        (lambda c: c["recipients"].update(county="mayor"), "no role mayor"),
    ],
)  # fmt: skip
def test_a_policy_with_a_hole_is_refused(change: Change, said: str) -> None:
    content = copy.deepcopy(read_yaml(POLICY))
    policy_of(content)
    change(content)
    with pytest.raises(CunsheError, match=said):
        policy_of(content)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda marts: marts.update(new_mart={"a"}), "the mart new_mart is in no group"),
        (lambda marts: marts.pop("warning"), "warning is no mart"),
        (lambda marts: marts.update(person_table={"review_asked", "review_answered", "review_state"}),
         "without: person_table.birth_month is no column"),
        (lambda marts: marts.update(warning={"rule_id"}), "warning has no column handler_code"),
    ],
)
def test_a_policy_that_does_not_fit_the_marts_is_refused(change: Change, said: str) -> None:
    marts: dict[str, Any] = dict(mart_columns())
    assert mart_faults(load_policy(), marts) == []
    change(marts)
    assert said in mart_faults(load_policy(), marts)


def test_the_conditions_on_rows_are_sql_on_the_marts() -> None:
    connection = duckdb.connect()
    connection.execute(f"create table indicators as from read_csv('{SEEDS / 'indicators.csv'}')")
    types = {
        (model["name"], column["name"]): column["data_type"]
        for path in MARTS.glob("*.yml")
        for model in read_yaml(path).get("models") or []
        for column in model.get("columns", [])
    }
    asked = 0
    for name, relation in load_policy().relations.items():
        columns = ", ".join(f'"{column}" {kind}' for (mart, column), kind in types.items() if mart == name)
        for row in relation.rows:
            connection.execute(f"create or replace table t ({columns})")
            assert connection.execute(f"select count(*) from t where {row.when}").fetchone() == (0,)
            asked += 1
    assert asked


def test_the_answer_names_rule_and_line() -> None:
    verdict = load_policy().decide("analyst", "person_table", "review_state")
    lines = POLICY.read_text(encoding="utf-8").splitlines()
    assert verdict.rule == "roles.analyst.grants.persons (up_to L3)"
    assert lines[verdict.line - 1].strip().startswith("persons: {up_to: L3")
    assert "analyst:" in "\n".join(lines[: verdict.line]), "the line stands under its role"
    for wrong in (("nobody", "warning", None), ("analyst", "no_mart", None), ("analyst", "warning", "no_column")):
        with pytest.raises(CunsheError, match="no"):
            load_policy().decide(*wrong)


def test_the_matrix_says_what_the_policy_says() -> None:
    policy = load_policy()
    sheet, roles = openpyxl.load_workbook(io.BytesIO(matrix(policy))).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert [title.split()[-1] for title in rows[0][2:]] == list(policy.roles)
    assert roles.max_row == 1 + len(policy.roles)
    seen = 0
    for what, data_class, *cells in rows[1:]:
        relation, _, column = what.partition(".")
        for role, cell in zip(policy.roles, cells, strict=True):
            verdict = policy.decide(role, relation, column or None)
            assert (verdict.data_class, verdict.is_allowed) == (data_class, cell != "拒绝")
            seen += 1
    assert seen > 400
