"""What all stages share: the weekly partitions, the week of a run, previews, and the lock of the home.

Belongs here: small helpers of the assets. Does not belong here: anything one stage only needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import dagster as dg
import pandas as pd

from pipelines.files import clear_temporaries, remove_build, sole_run
from pipelines.home_format import mark, require_current
from pipelines.permissions import opening_line
from pipelines.settings import Settings
from pipelines.weeks import TIMEZONE, Week

DOCS = "docs"
# A backfill runs its weeks one after the other, each in a run of its own.
WEEK_BY_WEEK = dg.BackfillPolicy.multi_run(1)


def weekly_partitions(settings: Settings) -> dg.WeeklyPartitionsDefinition:
    """Weeks from Monday to Sunday in Asia/Shanghai; the key is the Monday."""
    start = datetime.combine(settings.first_week, datetime.min.time())
    return dg.WeeklyPartitionsDefinition(start_date=start, day_offset=1, timezone=TIMEZONE)


def week_of(context: dg.AssetExecutionContext) -> Week:
    """The week of a run's partition."""
    return Week(date.fromisoformat(context.partition_key))


class Home(dg.ConfigurableResource["Home"]):
    """The home, held by one run at a time.

    Requiring it takes the home's lock for the whole run (in-process executor), so that two runs never write into one
    build file; the kernel frees the lock however the run ends.
    """

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Home"]:
        settings = Settings()
        require_current(settings)
        if context.log is not None:
            context.log.info(opening_line(settings))
        with sole_run(settings.lock_file):
            mark(settings)
            if not settings.keep_build and _is_whole(context):
                remove_build(settings.build_db)
            for folder in (
                settings.landing, settings.identity, settings.published, settings.reports, settings.return_notes,
                settings.data_docs, settings.outbox,
            ):
                clear_temporaries(folder)
            yield self

    @property
    def settings(self) -> Settings:
        return Settings()


def _is_whole(context: dg.InitResourceContext) -> bool:
    """Whether a run makes its own build file; one of chosen stages may go on with what a run before it has built."""
    return context.run is None or not context.run.asset_selection


def preview(frame: pd.DataFrame, rows: int = 5) -> dg.MarkdownMetadataValue:
    """The first rows as a table. Call it on landed rows only: they hold no identifier."""
    head = frame.head(rows).astype("str").fillna("")
    lines = [list(head.columns), ["---"] * len(head.columns), *head.to_numpy().tolist()]
    escaped = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in escaped))
