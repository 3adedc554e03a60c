"""`cunshe check privacy` ends with 1 where anything was found, in both forms."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from pipelines.checks.privacy import run
from pipelines.checks.privacy.findings import Finding, PartResult
from pipelines.cli_check import app


@pytest.mark.parametrize("findings", [(), (Finding("vault/vault.duckdb", "can be read"),)])
def test_the_exit_code_says_whether_anything_was_found(monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...]) -> None:
    monkeypatch.setattr(run, "check_privacy", lambda settings: [PartResult("account", 7, "files", findings)])
    table = CliRunner().invoke(app, ["privacy"])
    assert table.exit_code == (1 if findings else 0)
    assert ("vault/vault.duckdb: can be read" in table.stdout) == bool(findings)
    as_json = CliRunner().invoke(app, ["privacy", "--json"])
    assert as_json.exit_code == table.exit_code
    assert json.loads(as_json.stdout)[0]["violations"] == len(findings)
