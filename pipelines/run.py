"""Running one week, in this process, through the same Dagster job that the schedule runs.

Belongs here: preparing the Dagster instance of a home, executing the job, and turning a failed step into one error a
person can read. Does not belong here: the stages (`assets`), the command line (`cli`).
"""

import io
import logging
from contextlib import redirect_stdout
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import close_process, make_folder, write_whole
from pipelines.garbage import collect_seldom
from pipelines.home_format import require_current
from pipelines.permissions import close_home
from pipelines.settings import Settings, apply_process_environment
from pipelines.sources.isolation.process import end_reading, prepare_reading
from pipelines.weeks import Week, today

_INSTANCE = b"""# The Dagster instance of this home. Telemetry is off: this is personal data. One run at a time may hold the home.
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
event_log_storage:
  module: pipelines.event_log
  class: OpenEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
"""
_OWN_ERROR = "pipelines.errors.CunsheError: "


def prepare_instance(settings: Settings) -> None:
    """Make the home's Dagster folder and set this process's environment to it. Raises CunsheError for an older home."""
    require_current(settings)
    close_process()
    make_folder(settings.root)
    close_home(settings)
    apply_process_environment(settings)
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists():
        write_whole(config, _INSTANCE)


def run_week(settings: Settings, week: Week) -> None:
    """Run a week through all stages. Raises CunsheError naming the stage, what went wrong and what to do."""
    if week.sunday >= today():
        raise CunsheError(f"{week.iso} has not ended yet.", "A week can be run from its next Monday on.")
    if week.monday < settings.first_week:
        raise CunsheError(
            f"{week.iso} lies before the first week of this home, {Week.of(settings.first_week).iso}.",
            "Set CUNSHE_FIRST_WEEK to an earlier Monday.",
        )
    prepare_instance(settings)
    collect_seldom()
    # It gets ready while we import the rest.
    prepare_reading(settings.read_memory_mb)
    try:
        _run_job(settings, week)
    finally:
        end_reading()


def _run_job(settings: Settings, week: Week) -> None:
    import dagster as dg

    from pipelines.automation import WEEKLY
    from pipelines.definitions import build_definitions

    logging.getLogger("dagster").setLevel(logging.ERROR)
    job = build_definitions(settings).resolve_job_def(WEEKLY)
    with dg.DagsterInstance.get() as instance, redirect_stdout(io.StringIO()):
        result = job.execute_in_process(
            partition_key=week.key,
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not result.success:
        raise _explained(settings, result, week)


def _explained(settings: Settings, result: Any, week: Week) -> CunsheError:
    """The failed run as one error; its stack trace stays in Dagster's event log."""
    for event in result.all_events:
        if not event.is_failure:
            continue
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            if error.message.startswith(_OWN_ERROR):
                return CunsheError(error.message.removeprefix(_OWN_ERROR).strip())
            error = error.cause
    failed = [event.step_key for event in result.all_events if event.is_step_failure]
    where = ", ".join(key for key in failed if key) or "the start of the run"
    return CunsheError(
        f"The run of {week.iso} stopped at {where}; nothing new was published.",
        f"The whole story of run {result.run_id} is in Dagster (make ui). The last published build stays in use.",
    )

