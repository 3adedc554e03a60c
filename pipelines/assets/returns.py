"""Stage landing, its far side: what goes back to the departments, and what the checks found.

Belongs here: the Dagster face of `landing.return_notes` and of `landing.data_docs`. Does not belong here: either.
"""

from collections.abc import Mapping

import dagster as dg

from pipelines.assets.common import DOCS, WEEK_BY_WEEK, Home, week_of
from pipelines.assets.identity import GROUP as IDENTITY_GROUP
from pipelines.assets.landing import GROUP, LEDGER_KEY
from pipelines.landing.data_docs import write_data_docs
from pipelines.landing.ledger import read_ledger
from pipelines.landing.return_lines import open_lines, return_lines
from pipelines.landing.return_notes import write_note
from pipelines.progress import progress
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.parameters import parameter
from pipelines.weeks import Week

DOCS_KEY = dg.AssetKey(["landing", "data_docs"])
NOTES_KEY = dg.AssetKey(["landing", "return_notes"])
_DAYS_TO_ANSWER = "return_note_days"


def return_notes_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The week's return notes, one per dataset with something to mend."""

    @dg.asset(
        key=NOTES_KEY,
        # what the linking has found goes back with them
        deps=[LEDGER_KEY, dg.AssetKey(["identity", "person_link"])],
        group_name=IDENTITY_GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        owners=["team:data_engineering"],
        kinds={"excel"},
        description="退回单：每个有待更正事项的数据集一份 / Return notes, one per dataset with something to mend",
        metadata={"docs": f"{DOCS}/operations.md"},
    )
    def notes(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
        progress("return notes", 0, 1)
        settings = home.settings
        standing = write_notes(settings, load_catalog(), week_of(context))
        progress("return notes", 1, 1)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(standing.values()),
                "folder": dg.MetadataValue.path(str(settings.return_notes)),
                **{f"open: {name}": count for name, count in standing.items() if count},
            }
        )

    return notes


def write_notes(settings: Settings, catalog: Mapping[str, Contract], week: Week) -> dict[str, int]:
    """Write every dataset's note of the week; returns its open lines by dataset."""
    days = parameter(_DAYS_TO_ANSWER, week.sunday)
    standing = {}
    for name, contract in catalog.items():
        ledger = read_ledger(settings.landing, contract, week.sunday)
        lines = return_lines(settings.landing, contract, ledger, week.sunday)
        write_note(settings.return_notes, contract, lines, ledger, week, days)
        standing[name] = len(open_lines(lines))
    return standing


def data_docs_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Great Expectations' pages on the newest checked delivery of each dataset."""

    @dg.asset(
        key=DOCS_KEY,
        deps=[LEDGER_KEY],
        group_name=GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        owners=["team:data_engineering"],
        kinds={"html"},
        description="数据检查结果页：每个数据集最新一批 / Data Docs: the checks of each dataset's newest delivery",
        metadata={"docs": f"{DOCS}/operations.md"},
    )
    def pages(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
        progress("data docs", 0, 1)
        settings, catalog = home.settings, load_catalog()
        written = write_data_docs(settings.data_docs, settings.landing, catalog)
        progress("data docs", 1, 1)
        found = {name: settings.data_docs / f"{name}.html" for name in catalog}
        shown = {name: dg.MetadataValue.path(str(path)) for name, path in found.items() if path.exists()}
        index = settings.data_docs / "index.html"
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(shown),
                "written": written,
                "index": dg.MetadataValue.url(index.as_uri()),
                **shown,
            }
        )

    return pages
