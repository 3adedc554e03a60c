"""What a person reads where dbt cannot be had or ends before it has come to any model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dagster_dbt import DbtCliInvocation
from packaging.version import Version

from pipelines.assets import warehouse
from pipelines.assets.failing_rows import failing_rows
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
    (told,) = warehouse._failures(ended(tmp_path, 7), tmp_path / "warehouse.duckdb")
    assert "failed with exit code `7`" in told


def test_a_failed_build_names_its_nodes_and_their_first_lines(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.cunshe.a", "status": "success", "message": "OK"},
        {"unique_id": "test.cunshe.b", "status": "fail", "message": "Got 2 results\ncompiled code at ..."},
        {"unique_id": "model.cunshe.c", "status": "error", "message": None},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert warehouse._failures(ended(tmp_path, 1), tmp_path / "warehouse.duckdb") == [
        "test.cunshe.b: Got 2 results",
        "model.cunshe.c: error",
    ]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build with three warnings, one of them of a person, and an episode that knows them."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema warnings; create table warnings.int_warning__episode_week as"
            " select * from (values ('W1', 'petition_open', '999901001201'), ('W2', 'review_hold', 'V2'))"
            " as t (warning_id, rule_id, village_id)"
        )
        connection.execute(
            "create schema intermediate; create table intermediate.int_village__week as"
            " select 'V2' as village_id, '999901001202' as village_code"
        )
        connection.execute(
            "create table warning as select * from (values ('petition_open', '999901001201', 'p0001', '周甲'),"
            " ('review_hold', '999901001202', 'p0002', '周乙')) as t (rule_id, village_id, subject_id, person_name)"
        )
    return path


def test_a_failed_test_names_rule_and_village_of_its_rows_and_nobody(build: Path) -> None:
    rows = failing_rows(build, "select * from warning;", {})
    assert rows == [
        "rule_id=petition_open village_id=999901001201",
        "rule_id=review_hold village_id=999901001202",
    ]


def test_of_a_warning_known_by_its_id_rule_and_village_are_looked_up(build: Path) -> None:
    assert failing_rows(build, "select 'W2' as warning_id, '周乙' as person_name", {}) == [
        "warning_id=W2 rule_id=review_hold village_id=V2 village_code=999901001202"
    ]


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("village_id", "problem=empty: colour village_id=999901001201"),
        ("person_id", "problem=empty: colour"),
    ],
)
def test_the_example_of_a_shape_is_shown_where_its_key_may_be(build: Path, key: str, row: str) -> None:
    sql = "select 'empty: colour' as problem, '999901001201' as example, 3 as rows_found"
    node = {"test_metadata": {"kwargs": {"keys": [[key, "week_start"]]}}}
    assert failing_rows(build, sql, node) == [row]


def test_ten_rows_are_enough_and_none_where_the_build_cannot_be_asked(build: Path, tmp_path: Path) -> None:
    assert len(failing_rows(build, "select cast(range as varchar) as village_id from range(30)", {})) == 10
    assert failing_rows(build, "select * from nowhere", {}) == []
    assert failing_rows(tmp_path / "gone.duckdb", "select 1 as rule_id", {}) == []


def test_a_stream_left_half_way_ends_without_a_traceback(tmp_path: Path) -> None:
    """In a process of its own: what is ignored in a generator is only ever printed at the end."""
    script = """
import json, subprocess, sys
from pathlib import Path
from dagster_dbt import DbtCliInvocation
from packaging.version import Version
from pipelines.assets import warehouse

lines = [{"info": {"level": "info", "name": "x", "msg": "m"}, "data": {}}] * 3
program = f"import time; print({chr(10).join(map(json.dumps, lines))!r}, flush=True); time.sleep(60)"
invocation = DbtCliInvocation(
    process=subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE), manifest={},
    dagster_dbt_translator=warehouse.Stages(), project_dir=Path(), target_path=Path(), raise_on_error=False,
    cli_version=Version("1.11.0"),
)
warehouse._ROW_COUNT = None  # whatever breaks between two lines
try:
    list(warehouse._events(invocation, warehouse.Stages(), None))
except AttributeError:
    print("broken and told")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "broken and told"
    assert done.stderr == ""


def test_an_environment_without_our_dbt_is_told_to_be_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "_DBT", tmp_path / "cunshe-dbt")
    with pytest.raises(CunsheError, match="older than the code"):
        warehouse.dbt_resource(Settings(home=tmp_path / "home"))
    with pytest.raises(CunsheError, match="older than the code"):
        warehouse.prepare_manifest(Settings(home=tmp_path / "home"))
