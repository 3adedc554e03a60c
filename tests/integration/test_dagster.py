"""Dagster as a data engineer meets it: the graph, its checks, the schedule, the sensor, the page."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
import urllib3

from pipelines.automation import inbox_fingerprint
from pipelines.definitions import build_definitions
from pipelines.settings import PROJECT_ROOT
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week
from tests.integration.conftest import Demo
from tests.integration.homes import COMMAND, Home

QUERY = """
{ repositoriesOrError { ... on RepositoryConnection { nodes { name schedules { name } sensors { name } } } } }
"""
STAGES = ["landing", "identity", "staging", "intermediate", "indicators", "warnings", "marts", "publishing", "reports"]


@pytest.fixture(scope="module")
def definitions(demo: Demo) -> Iterator[dg.Definitions]:
    before = dict(os.environ)
    yield build_definitions(demo.home.settings)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dg.AssetGraph:
    return definitions.resolve_asset_graph()


def test_every_asset_has_group_owner_and_description(graph: dg.AssetGraph) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert {node.group_name for node in nodes} == {*STAGES, "seeds"}
    for node in nodes:
        assert node.owners, node.key
        assert node.description and "/" in node.description, node.key
        assert node.partitions_def is not None, node.key


def test_the_graph_runs_one_way_through_the_stages(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        for parent in node.parent_keys:
            group = graph.get(parent).group_name
            if group != "seeds":
                assert STAGES.index(group) <= STAGES.index(node.group_name), f"{parent} feeds {key}"


def test_an_asset_per_catalog_file_with_its_suite_as_checks(graph: dg.AssetGraph) -> None:
    checked = {key.asset_key for key in graph.asset_check_keys}
    for contract in load_catalog().values():
        assert dg.AssetKey(["landing", contract.department, contract.dataset]) in checked
    assert any(key.asset_key.path[0] == "marts" for key in graph.asset_check_keys)


def test_definitions_validate(demo: Demo) -> None:
    dagster = Path(sys.executable).with_name("dagster")
    done = subprocess.run(
        [dagster, "definitions", "validate", "-w", "workspace.yaml"],
        cwd=PROJECT_ROOT, env=demo.home.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_row_counts_and_failed_checks_are_on_record(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(demo.home.settings.dagster_home))
    with dg.DagsterInstance.get() as instance:
        for path in (["landing", "organisation", "posts"], ["marts", "village_file"], ["publishing", "build"]):
            event = instance.get_latest_materialization_event(dg.AssetKey(path))
            assert event is not None and event.asset_materialization is not None
            assert event.asset_materialization.metadata["dagster/row_count"].value > 0
        key = dg.AssetCheckKey(dg.AssetKey(["landing", "petition", "matters"]), "not_closed_before_registered")
        record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
        assert record.evaluation is not None
        assert record.evaluation.passed is False
        assert record.evaluation.metadata["rows"].value == 2


def test_the_schedule_runs_the_week_that_has_ended(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("every_monday")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * 1", "Asia/Shanghai")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2020, 12, 6, 22, 0, tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    (request,) = schedule.evaluate_tick(context).run_requests
    assert request.partition_key == "2020-11-30"


def test_every_other_morning_only_sends(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("every_morning")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2020, 12, 9, 0, 0, tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    (request,) = schedule.evaluate_tick(context).run_requests
    assert request.partition_key == "2020-11-30"
    job = definitions.resolve_job_def("send_reports")
    assert job.asset_layer.executable_asset_keys == {dg.AssetKey(["reports", "sent"])}


def test_the_sensor_asks_for_a_run_once_per_change(definitions: dg.Definitions, demo: Demo) -> None:
    sensor = definitions.resolve_sensor_def("new_deliveries")
    repository = definitions.get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor.evaluate_tick(dg.build_sensor_context(instance, repository_def=repository))
        again = sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=first.cursor, repository_def=repository))
    assert len(first.run_requests) == 1
    assert not again.run_requests
    assert again.skip_message


def test_a_changed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    path = home.path / "inbox" / "petition" / "matters" / "2020-11-26" / "a.csv"
    path.parent.mkdir(parents=True)
    week = Week(date(2020, 11, 23))
    prints = {inbox_fingerprint(home.settings, week)}
    for text in ("1", "22"):
        path.write_text(text, encoding="utf-8")
        prints.add(inbox_fingerprint(home.settings, week))
    assert len(prints) == 3


def test_the_page_answers(demo: Demo) -> None:
    """`cunshe ui` on a free port: the server is up once it says so, and knows our code location."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*COMMAND, "ui", "--port", str(port)],
        env=demo.home.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Serving dagster-webserver" in line:
                break
        else:
            pytest.fail("the server ended: " + "".join(said))
        # The line comes a moment before the port is open.
        patient = urllib3.PoolManager(retries=urllib3.Retry(connect=10, backoff_factor=0.1))
        answer = patient.request("POST", f"http://127.0.0.1:{port}/graphql", json={"query": QUERY})
        (repository,) = answer.json()["data"]["repositoriesOrError"]["nodes"]
        assert "every_monday" in str(repository["schedules"])
        assert "new_deliveries" in str(repository["sensors"])
    finally:
        # Not SIGINT: a process that a script started in the background is deaf to it.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
