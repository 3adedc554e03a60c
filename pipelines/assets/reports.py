"""Stage reports: the week's reports from the build just published.

Belongs here: the Dagster face of `pipelines.reports`. Does not belong here: queries and templates.
"""

from functools import partial

import dagster as dg

from pipelines.assets import publishing
from pipelines.assets.common import WEEK_BY_WEEK, Home, week_of
from pipelines.errors import CunsheError
from pipelines.identity.audit_log import run_look
from pipelines.progress import progress
from pipelines.publishing import pointer
from pipelines.publishing.reader import open_edition
from pipelines.reports.delivery.marks import ledger_mark
from pipelines.reports.render import render_week

KEY = dg.AssetKey(["reports", "weekly"])
GROUP = "reports"


def reports_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The weekly report of every recipient: page, document and ledger."""

    @dg.asset(
        key=KEY,
        deps=[publishing.KEY],
        group_name=GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        owners=["team:data_engineering"],
        kinds={"html", "word", "excel"},
        description=(
            "每周预警分析报告，每个报送对象一份：网页、公文、台账"
            " / The weekly early-warning report per recipient: page, document, ledger"
        ),
    )
    def weekly(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
        settings, week = home.settings, week_of(context)
        now = pointer.current(settings)
        if now is None or week.iso not in now.weeks:
            raise CunsheError(f"Nothing has been published for {week.iso}.", "Run the whole week.")
        build_id = now.weeks[week.iso]
        restated = pointer.build_record(settings, build_id)["restated"]
        look = run_look("edition_reports", f"weekly run {week.iso}")
        with open_edition(settings, "authorised", build_id, look) as connection:
            index = render_week(
                connection,
                settings.reports / week.iso / build_id,
                settings=settings,
                restated=restated,
                mark=partial(ledger_mark, settings),
                progress=lambda done, total: progress("reports", done, total),
            )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(index.pages),
                "folder": dg.MetadataValue.path(str(index.folder)),
                "index": dg.MetadataValue.path(str(index.folder / "index.html")),
            }
        )

    return weekly
