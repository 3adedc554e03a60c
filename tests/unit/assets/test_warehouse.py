"""What a person reads where dbt cannot be had or ends before it has come to any model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from dagster_dbt import DbtCliInvocation
from packaging.version import Version

from pipelines.assets import warehouse
from pipelines.errors import CunsheError
from pipelines.settings import Settings


def ended(target: Path, code: int) -> DbtCliInvocation:
    """An invocation whose process is over, in dbt's place."""
    process = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"], stdout=subprocess.PIPE)
    process.wait()
    return DbtCliInvocation(
        process=process, manifest={}, dagster_dbt_translator=warehouse.Stages(), project_dir=target, target_path=target,
        raise_on_error=False, cli_version=Version("1.11.0"),
    )  # fmt: skip


def test_a_dbt_that_came_to_no_model_says_how_it_ended(tmp_path: Path) -> None:
    (told,) = warehouse._failures(ended(tmp_path, 7))
    assert "failed with exit code `7`" in told


def test_a_failed_build_names_its_nodes_and_their_first_lines(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.cunshe.a", "status": "success", "message": "OK"},
        {"unique_id": "test.cunshe.b", "status": "fail", "message": "Got 2 results\ncompiled code at ..."},
        {"unique_id": "model.cunshe.c", "status": "error", "message": None},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert warehouse._failures(ended(tmp_path, 1)) == ["test.cunshe.b: Got 2 results", "model.cunshe.c: error"]


def test_an_environment_without_our_dbt_is_told_to_be_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse, "_DBT", tmp_path / "cunshe-dbt")
    with pytest.raises(CunsheError, match="older than the code"):
        warehouse.dbt_resource(Settings(home=tmp_path / "home"))
    with pytest.raises(CunsheError, match="older than the code"):
        warehouse.prepare_manifest(Settings(home=tmp_path / "home"))
