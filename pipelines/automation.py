"""When things run: the weekly job, its schedule, the sensor for new deliveries.

Belongs here: jobs, schedules, sensors. Does not belong here: what they run (`assets`). Both are delivered switched off and are
switched on by one step (`make switch-on`, docs/operations.md).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.settings import Settings
from pipelines.sources.connectors.choose import deployed_contracts, parcels
from pipelines.sources.connectors.parcel import SourceUnavailable, Window
from pipelines.sources.source import FolderSource
from pipelines.weeks import TIMEZONE, Week, today

WEEKLY, SENDING = "weekly_run", "send_reports"


def weekly_job(partitions: dg.PartitionsDefinition) -> UnresolvedAssetJobDefinition:
    """One county-week through all stages, in one process: starting a process per step costs more than the steps."""
    return dg.define_asset_job(
        WEEKLY,
        selection=dg.AssetSelection.all(),
        partitions_def=partitions,
        executor_def=dg.in_process_executor,
        description="一周全流程 / One week through all stages",
    )


def weekly_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Mondays 06:00 Asia/Shanghai: the week that ended on Sunday."""

    @dg.schedule(
        job=job,
        cron_schedule="0 6 * * 1",
        execution_timezone=TIMEZONE,
        name="every_monday",
        description="每周一6时运行上一周 / Mondays at 06:00: the week that has just ended",
    )
    def every_monday(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        local = context.scheduled_execution_time.astimezone(ZoneInfo(TIMEZONE)).date()
        week = Week.of(local - timedelta(days=7))
        return dg.RunRequest(run_key=week.key, partition_key=week.key)

    return every_monday


def sending_job(partitions: dg.PartitionsDefinition) -> UnresolvedAssetJobDefinition:
    """The sending alone: what was deferred, reminders, what one level up must know."""
    return dg.define_asset_job(
        SENDING,
        selection=dg.AssetSelection.assets("reports/sent"),
        partitions_def=partitions,
        executor_def=dg.in_process_executor,
        description="报送：续发和提醒 / Sending: what was deferred, and reminders",
    )


def sending_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Every day but Monday, whose weekly run sends by itself, at 08:00 Asia/Shanghai, for the week that has ended."""

    @dg.schedule(
        job=job,
        cron_schedule="0 8 * * 0,2-6",
        execution_timezone=TIMEZONE,
        name="every_morning",
        description="周二至周日8时续发、提醒 / Tuesdays to Sundays at 08:00: what was deferred, and reminders",
    )
    def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        local = context.scheduled_execution_time.astimezone(ZoneInfo(TIMEZONE)).date()
        return dg.RunRequest(run_key=local.isoformat(), partition_key=Week.of(local - timedelta(days=7)).key)

    return every_morning


def delivery_sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Run the last complete week again when a delivery dated up to its Sunday was dropped or changed since.

    The cursor and run key are a fingerprint of the files' names, sizes and times; whether their content is new is decided
    at landing, by hash.
    """

    @dg.sensor(
        job=job,
        name="new_deliveries",
        minimum_interval_seconds=300,
        description="有新交付时重跑最近完整的一周 / Runs the last complete week again when deliveries arrive",
    )
    def new_deliveries(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        week = Week.of(datetime.now(UTC).astimezone(ZoneInfo(TIMEZONE)).date() - timedelta(days=7))
        seen = inbox_fingerprint(Settings(), week)
        if seen == context.cursor:
            yield dg.SkipReason("No new delivery.")
            return
        context.update_cursor(seen)
        yield dg.RunRequest(run_key=f"{week.key}/{seen}", partition_key=week.key)

    return new_deliveries


def inbox_fingerprint(settings: Settings, week: Week) -> str:
    """What lies in the inbox for a week, as a short text that changes when any file does.

    Only the home's own inbox is looked at: departments' servers are asked once a week, by the run.
    """
    digest = hashlib.sha256()
    window = Window(settings.first_week, week.sunday, today())
    for contract in deployed_contracts(settings):
        if isinstance(contract.source, FolderSource) and contract.source.url is None:
            try:
                for parcel in parcels(contract, settings.inbox, settings.secret, window):
                    digest.update(f"{parcel.mark}\n".encode())
            except SourceUnavailable as problem:  # the run says so; the other datasets' files are seen all the same
                digest.update(f"{contract.name}: {problem.why.code}\n".encode())
    return digest.hexdigest()[:16]
