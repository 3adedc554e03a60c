"""The dbt project compiled once into a temporary folder, for tests that read SQL instead of running it.

Belongs here: compiling, and finding a model's SQL. Does not belong here: building tables, judging the SQL.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.settings import DBT_PROJECT
from pipelines.sources.dbt_sources import write_source_declarations


@dataclass(frozen=True)
class CompiledProject:
    """What one compilation left: the SQL of every model of ours, and who reads whom."""

    sql: Mapping[str, str]  # model name → compiled SQL
    parents: Mapping[str, list[str]]  # node id of the manifest → node ids that it reads


def compile_project(folder: Path) -> CompiledProject:
    """Compile every model against an empty database in `folder`."""
    write_source_declarations()
    environment = os.environ | {"CUNSHE_BUILD_DB": str(folder / "empty.duckdb"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--select", "resource_type:model"]
    for option, value in (
        ("project-dir", DBT_PROJECT),
        ("profiles-dir", DBT_PROJECT),
        ("target-path", folder / "target"),
        ("log-path", folder / "logs"),
    ):
        command += [f"--{option}", str(value)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"dbt compile failed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    compiled = folder / "target" / "compiled" / "cunshe" / "models"
    sql = {
        path.stem: path.read_text(encoding="utf-8")
        for path in compiled.rglob("*.sql")
        if path.parent.suffix != ".yml"  # data tests lie in a folder named after their YAML file
    }
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return CompiledProject(sql, manifest["parent_map"])


def model_files() -> dict[str, Path]:
    """Model name → its file."""
    return {path.stem: path for path in sorted((DBT_PROJECT / "models").rglob("*.sql"))}
