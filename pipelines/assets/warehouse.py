"""Stages staging to marts: the dbt project, built in its own file, its tests as asset checks.

Belongs here: handing a week to dbt, running it, and naming its models as assets. Does not belong here: SQL.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version

from pipelines.assets.common import DOCS, WEEK_BY_WEEK, Home, week_of
from pipelines.assets.failing_rows import failing_rows
from pipelines.errors import CunsheError
from pipelines.files import make_folder, remove_build
from pipelines.identity.export import read_week_table
from pipelines.landing.ledger import read_whole_ledger
from pipelines.landing.load import load_landing
from pipelines.progress import progress
from pipelines.publishing.before import load_before
from pipelines.settings import DBT_PROJECT, Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.dbt_models import write_model_lists
from pipelines.sources.dbt_sources import IDENTITY_TABLES, write_source_declarations
from pipelines.weeks import Week

# Unit tests judge the SQL, not the week: they run with each change (tests/dbt), not with each county-week.
AT_RUN_TIME = ("--exclude-resource-type", "unit_test")
# What happened to each node comes through Dagster; writing ten thousand debug events into a file too takes dbt seconds.
_NO_SECOND_LOG = ("--log-level-file", "none")
# dbt with its own command line (`pipelines.dbt_command`).
_DBT = Path(sys.executable).with_name("cunshe-dbt")
PROFILE = "cunshe"
_BUILD = "build-"
# What the macro log_row_count says.
_ROW_COUNT = re.compile(r"row_count (?P<node>\S+) (?P<rows>\d+)")
_PROJECT_PARTS = ("models", "macros", "seeds", "tests")


class Stages(DagsterDbtTranslator):
    """Keys follow the folders, groups the stages."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([*_folders(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return _folders(dbt_resource_props)[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return ["team:data_engineering"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        page = {"indicators": "indicators.md", "warnings": "rules.md"}.get(_folders(dbt_resource_props)[0])
        docs = {"docs": f"{DOCS}/{page}"} if page else {}
        return {**super().get_metadata(dbt_resource_props), **docs}


def _folders(props: Mapping[str, Any]) -> list[str]:
    if props["resource_type"] == "seed":
        return ["seeds"]
    return list(props["fqn"][1:-1])


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project as it is parsed for a home."""
    return DbtProject(
        project_dir=DBT_PROJECT, target_path=settings.dbt_home / "target", profiles_dir=DBT_PROJECT, profile=PROFILE
    )


def _our_dbt() -> Path:
    if not _DBT.exists():
        raise CunsheError(f"{_DBT} is missing: the environment is older than the code.", "Install the project anew (make).")
    return _DBT


def prepare_manifest(settings: Settings) -> Path:
    """Write the source declarations and have dbt parse the project where it changed since; returns the manifest."""
    sources = write_source_declarations()
    write_model_lists()
    manifest = settings.dbt_home / "target" / "manifest.json"
    files = [sources, DBT_PROJECT / "dbt_project.yml", DBT_PROJECT / "profiles.yml"]
    files += [path for part in _PROJECT_PARTS for path in (DBT_PROJECT / part).rglob("*") if path.is_file()]
    if manifest.exists() and manifest.stat().st_mtime >= max(path.stat().st_mtime for path in files):
        return manifest
    progress("dbt parse", 0, 1)
    make_folder(manifest.parent)
    # The profile is named as the build names it: dbt parses all over again where that differs.
    done = subprocess.run(
        [_our_dbt(), "parse", "--quiet", "--project-dir", DBT_PROJECT,
         "--profiles-dir", DBT_PROJECT, "--profile", PROFILE, "--target-path", manifest.parent, "--log-path", manifest.parent],
        capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise CunsheError(f"dbt cannot parse the project:\n{done.stdout}{done.stderr}", "Mend the named file.")
    progress("dbt parse", 1, 1)
    return manifest


def prepare_build(settings: Settings, week: Week) -> None:
    """A fresh build file with what the week may see of landing and identity."""
    remove_build(settings.build_db)
    make_folder(settings.build_db.parent)
    catalog = load_catalog()
    with duckdb.connect(str(settings.build_db)) as connection:
        ledger = read_whole_ledger(settings.landing, catalog.values(), week.sunday)
        load_landing(connection, settings, catalog, week, ledger)
        load_before(connection, settings, catalog, week, ledger)
        connection.execute("create schema identity")
        for table in IDENTITY_TABLES:
            rows = read_week_table(settings, week.key, table)
            if rows is None:
                raise CunsheError(f"Identity has not been linked for {week.iso}.", "Run the whole week.")
            connection.execute(f"create table identity.{table} as select * from rows")


def require_build_of(settings: Settings, week: Week) -> None:
    """Refuse to go on without a build file of the week: a stage may be run by itself long after dbt.

    After publishing there is none, unless CUNSHE_KEEP_BUILD keeps it.
    """
    found = None
    if settings.build_db.exists():
        with duckdb.connect(str(settings.build_db), read_only=True) as connection:
            (found,) = connection.sql("select week from landing.run").fetchone()
    if found != week.monday:
        held = Week(found).iso if found else "no week"
        raise CunsheError(f"The build file holds {held}, not {week.iso}.", f"Run the whole week {week.iso}.")


def warehouse_assets(settings: Settings, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """All dbt models and seeds as assets."""
    project = dbt_project(settings)
    translator = Stages(
        settings=DagsterDbtTranslatorSettings(
            enable_asset_checks=True, enable_duplicate_source_asset_keys=True, enable_source_metadata=False
        )
    )

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        partitions_def=partitions,
        dagster_dbt_translator=translator,
        backfill_policy=WEEK_BY_WEEK,
        name="warehouse",
    )
    def warehouse(context: dg.AssetExecutionContext, home: Home, dbt: DbtCliResource) -> Any:
        here = home.settings
        progress("warehouse", 0, 0, "loading the week")
        if context.is_subset:
            require_build_of(here, week_of(context))
        else:
            prepare_build(here, week_of(context))
        invocation = dbt.cli(
            ["build", *AT_RUN_TIME, *_NO_SECOND_LOG],
            context=context,
            target_path=_own_folder(here, context.run_id),
            raise_on_error=False,
        )
        yield from _events(invocation, translator, context)
        if not invocation.is_successful():
            raise CunsheError(
                "dbt's build did not pass; nothing is published.\n  " + "\n  ".join(_failures(invocation, here.build_db)),
                "The last published build stays in use. A failed data test or model is ours to mend.",
            )

    return warehouse


class InstalledDbt(DbtCliResource):
    """The dbt of this environment, started without two detours of its base class that cost a run seconds.

    The base asks a process of its own for dbt's version, which the lock pins, and loads dbt into this process to query
    the warehouse afterwards, which DuckDB does not allow while dbt runs and nothing here needs.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def dbt_resource(settings: Settings) -> DbtCliResource:
    """The dbt command for a home."""
    return InstalledDbt(project_dir=dbt_project(settings), dbt_executable=str(_our_dbt()))


def _failures(invocation: DbtCliInvocation, build: Path) -> list[str]:
    """What failed in a build: the node, the first line of its message and, of a data test, which rule and village its rows
    are of; or how dbt ended where it came to no node."""
    results = invocation.target_path / "run_results.json"
    if not results.exists():
        return [str(invocation.get_error())]
    failed = [
        result
        for result in json.loads(results.read_text("utf-8"))["results"]
        if result["status"] in ("fail", "error", "runtime error")
    ]
    return [line for result in failed for line in _failure(result, invocation.manifest, build)]


def _failure(result: Mapping[str, Any], manifest: Mapping[str, Any], build: Path) -> Iterator[str]:
    name, message = result["unique_id"], result["message"] or ""
    yield f"{name}: {next(iter(message.splitlines()), result['status'])}"
    if result["status"] == "fail" and result.get("compiled_code"):
        node = manifest.get("nodes", {}).get(name, {})
        yield from (f"  {row}" for row in failing_rows(build, result["compiled_code"], node))


def _own_folder(settings: Settings, run_id: str) -> Path:
    """A folder for this build's results: the dbt of a killed run may still be writing into its own."""
    for left in settings.dbt_home.glob(f"{_BUILD}*"):
        shutil.rmtree(left, ignore_errors=True)
    return settings.dbt_home / f"{_BUILD}{run_id}"


def _events(invocation: DbtCliInvocation, translator: DagsterDbtTranslator, context: dg.AssetExecutionContext) -> Iterator[Any]:
    """dbt's events as Dagster's, each relation with its row count, as they come."""
    stream = invocation.stream_raw_events()
    try:
        yield from _told(stream, invocation, translator, context)
    except BaseException:
        # What is read no further is read to its end all the same: dagster-dbt's stream, closed half-way, takes the closing for
        # a line that cannot be read and ends in a traceback that nobody can catch.
        invocation.process.terminate()
        for _ in stream:
            pass
        raise


def _told(
    stream: Iterator[Any], invocation: DbtCliInvocation, translator: DagsterDbtTranslator, context: dg.AssetExecutionContext
) -> Iterator[Any]:
    counts: dict[str, int] = {}
    done = 0
    for raw in stream:
        message = str(raw.raw_event["info"].get("msg", ""))
        if match := _ROW_COUNT.fullmatch(message):
            counts[match["node"]] = int(match["rows"])
        for event in raw.to_default_asset_events(
            manifest=invocation.manifest,
            dagster_dbt_translator=translator,
            context=context,
            target_path=invocation.target_path,
            project=invocation.project,
        ):
            done += 1
            progress("warehouse", done, 0, "dbt build")
            if isinstance(event, dg.Output):
                node = str(event.metadata["unique_id"].value)
                event = event.with_metadata({**event.metadata, "dagster/row_count": counts[node]})
            yield event
