"""Dagster's events are kept in its own files, and each file is opened once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
import sqlalchemy as db
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines.event_log import OpenEventLog
from pipelines.run import prepare_instance
from pipelines.settings import Settings

EVENTS = 25
Report = Callable[[dg.DagsterInstance, int], None]


@pytest.fixture
def opened() -> Iterator[list[object]]:
    """One entry for each connection that is opened meanwhile, by anybody."""
    found: list[object] = []

    def note(connection: object, _record: object) -> None:
        found.append(connection)

    db.event.listen(db.Pool, "connect", note)
    yield found
    db.event.remove(db.Pool, "connect", note)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(home=tmp_path / "home")
    # what prepare_instance sets for the process is put back afterwards
    for name in ("DAGSTER_HOME", "CUNSHE_HOME", "CUNSHE_BUILD_DB", "DBT_PROFILES_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, "")
    prepare_instance(settings)
    return settings


def observe(instance: dg.DagsterInstance, times: int) -> None:
    for number in range(times):
        instance.report_runless_asset_event(dg.AssetObservation("looked_at", metadata={"number": number}))


def make_and_check(instance: dg.DagsterInstance, times: int) -> None:
    for number in range(times):
        instance.report_runless_asset_event(dg.AssetMaterialization("made", tags={"number": str(number)}))
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(asset_key=dg.AssetKey("made"), check_name="whole", passed=True, metadata={})
        )


def test_a_home_keeps_its_events_with_its_own_class(home: Settings) -> None:
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, OpenEventLog)
        observe(instance, 1)
    assert (home.dagster_home / "history" / "runs" / "index.db").exists()


@pytest.mark.parametrize("report", [observe, make_and_check])
def test_many_events_open_each_file_once(home: Settings, opened: list[object], report: Report) -> None:
    """Of what is made and checked Dagster asks each time which tables its files have."""
    with dg.DagsterInstance.get() as instance:
        report(instance, 1)
        before = len(opened)
        report(instance, EVENTS)
        assert len(opened) == before


def test_what_is_made_keeps_its_tags(home: Settings) -> None:
    with dg.DagsterInstance.get() as instance:
        make_and_check(instance, EVENTS)
        (record,) = instance.fetch_materializations(dg.AssetKey("made"), limit=1).records
        assert record.asset_materialization is not None
        assert record.asset_materialization.tags == {"number": str(EVENTS - 1)}


def test_who_follows_a_run_hears_of_its_events_as_they_come(home: Settings) -> None:
    """As the UI does, in a process of its own: here an instance of its own. Waits for the system's word, not for a time."""
    run_id, heard = str(uuid4()), queue.Queue[str]()
    with dg.DagsterInstance.get() as writer, dg.DagsterInstance.get() as follower:
        writer.report_engine_event("first", run_id=run_id, job_name="any")
        follower.event_log_storage.watch(run_id, None, lambda event, _cursor: heard.put(event.message))
        for message in ("second", "third"):
            writer.report_engine_event(message, run_id=run_id, job_name="any")
            while heard.get(timeout=60) != message:
                pass


def test_dagsters_own_class_reads_and_goes_on_with_the_same_files(home: Settings) -> None:
    with dg.DagsterInstance.get() as instance:
        observe(instance, EVENTS)
    # as a home of before has it: nothing said about the event log
    (home.dagster_home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        observe(instance, 1)
        found = instance.fetch_observations(dg.AssetKey("looked_at"), limit=EVENTS * 2).records
    assert len(found) == EVENTS + 1
