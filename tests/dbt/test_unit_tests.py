"""dbt's unit tests judge the SQL with each change; the weekly run leaves them out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.assets.warehouse import prepare_build, prepare_manifest
from pipelines.settings import DBT_PROJECT, Settings, process_environment
from pipelines.weeks import Week


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose build file holds an empty county: unit tests need relations, not rows."""
    from pipelines.assets.identity import link

    settings = Settings(home=tmp_path_factory.mktemp("dbt") / "var")
    week = Week.parse("2020-W49")
    link(settings, week)
    prepare_build(settings, week)
    return settings


def test_unit_tests_pass(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in process_environment(built).items():
        monkeypatch.setenv(name, value)
    prepare_manifest(built)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--project-dir", DBT_PROJECT, "--exclude-resource-type", "test"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert " unit test" in done.stdout
    assert "ERROR=0" in done.stdout
