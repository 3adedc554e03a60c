"""The command `cunshe access`."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines.access.policy import load_policy
from pipelines.cli import app
from pipelines.errors import CunsheError


def cunshe(*arguments: str) -> str:
    return CliRunner().invoke(app, ["access", *arguments], catch_exceptions=False).stdout


def test_roles_and_relations_are_listed() -> None:
    policy = load_policy()
    assert [line.split()[0] for line in cunshe("show").splitlines()] == list(policy.roles)
    listed = cunshe("show", "--role", "analyst").splitlines()
    assert [line.split()[0] for line in listed] == list(policy.relations)
    assert "拒绝" in next(line for line in listed if line.startswith("review_case"))


def test_an_explanation_names_role_rule_and_line() -> None:
    said = cunshe("explain", "township_secretary", "warning")
    assert "镇街党（工）委书记" in said and "roles.township_secretary.grants.warnings, policy.yml line" in said
    assert "'posts' (L3): allowed" in said and "'review' (L4): refused" in said
    refused = cunshe("explain", "analyst", "person_identity.person_name")
    assert "拒绝" in refused and "roles.analyst.denied: names" in refused
    with pytest.raises(CunsheError, match="no role"):
        cunshe("explain", "mayor", "warning")


def test_the_matrix_is_written(tmp_path: Path) -> None:
    cunshe("matrix", "--out", str(tmp_path / "matrix.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "matrix.xlsx").sheetnames == ["权限矩阵", "角色"]
