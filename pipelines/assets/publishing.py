"""Stage publishing: write, audit, publish. Runs only where dbt's error-level tests have passed.

Belongs here: the Dagster face of `pipelines.publishing`. Does not belong here: editions and the pointer.
"""

from collections.abc import Sequence

import dagster as dg

from pipelines.assets.common import WEEK_BY_WEEK, Home, week_of
from pipelines.assets.warehouse import require_build_of
from pipelines.files import remove_build
from pipelines.landing.ledger import accepted, read_whole_ledger
from pipelines.progress import progress
from pipelines.publishing.publish import publish
from pipelines.publishing.version import code_version
from pipelines.sources.contract import load_catalog

KEY = dg.AssetKey(["publishing", "build"])
GROUP = "publishing"
_STEPS = 7  # hash, protect, write, audit, place, point, prune


def publishing_asset(
    marts: Sequence[dg.AssetKey], partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """The published build; depends on every mart."""

    @dg.asset(
        key=KEY,
        deps=list(marts),
        group_name=GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        owners=["team:data_engineering"],
        kinds={"duckdb"},
        description="发布的数据库：分析版与授权版 / The published database in its analyst and authorised editions",
        metadata={"docs": "docs/architecture.md"},
    )
    def build(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
        settings, week = home.settings, week_of(context)
        require_build_of(settings, week)
        ledger = read_whole_ledger(settings.landing, load_catalog().values(), week.sunday)
        inputs = [one.delivery_id for one in accepted(ledger)]
        steps = iter(range(_STEPS + 1))

        def step(what: str) -> None:
            progress("publishing", next(steps, _STEPS), _STEPS, what)

        done = publish(settings, settings.build_db, week.monday, code_version(), inputs, step)
        if not settings.keep_build:
            remove_build(settings.build_db)
        progress("publishing", _STEPS, _STEPS)
        return dg.MaterializeResult(
            metadata={
                "build_id": done.build_id,
                "folder": dg.MetadataValue.path(str(done.folder)),
                "content_hash": done.content_hash,
                "is_current": done.is_current,
                "is_restated": done.is_restated,
                "dagster/row_count": sum(done.tables["authorised"].values()),
            }
        )

    return build
