"""The front door of Dagster: assembles the Definitions from the stages, nothing else. Nothing happens at import.

`dagster definitions validate` and `make ui` load this module by `workspace.yaml`.
"""

import warnings

import dagster as dg

from pipelines.files import close_process
from pipelines.garbage import collect_seldom
from pipelines.settings import Settings, apply_process_environment


def build_definitions(settings: Settings | None = None) -> dg.Definitions:
    """All assets, checks, the weekly job, the schedule and the sensor of one home."""
    settings = settings or Settings()
    # Backfill policies are marked beta in Dagster; the lock pins its version.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    apply_process_environment(settings)
    from pipelines import automation
    from pipelines.assets import warehouse
    from pipelines.assets.common import Home, weekly_partitions
    from pipelines.assets.identity import identity_assets
    from pipelines.assets.landing import landing_assets
    from pipelines.assets.publishing import publishing_asset
    from pipelines.assets.reports import reports_asset
    from pipelines.assets.returns import data_docs_asset, return_notes_asset
    from pipelines.assets.sending import sending_asset
    from pipelines.sources.connectors.choose import deployed_contracts

    deployed_contracts(settings)  # a source set in a way that is not taken is refused before anything runs
    warehouse.prepare_manifest(settings)
    partitions = weekly_partitions(settings)
    dbt = warehouse.warehouse_assets(settings, partitions)
    marts = [key for key in dbt.keys if key.path[0] == "marts"]
    job = automation.weekly_job(partitions)
    sending = automation.sending_job(partitions)
    return dg.Definitions(
        assets=[
            *landing_assets(partitions),
            return_notes_asset(partitions),
            data_docs_asset(partitions),
            identity_assets(partitions),
            dbt,
            publishing_asset(marts, partitions),
            reports_asset(partitions),
            sending_asset(partitions),
        ],
        jobs=[job, sending],
        schedules=[automation.weekly_schedule(job), automation.sending_schedule(sending)],
        sensors=[automation.delivery_sensor(job)],
        resources={"home": Home(), "dbt": warehouse.dbt_resource(settings)},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location's definitions, built when Dagster asks for them, in the process of a run too."""
    close_process()
    collect_seldom()
    return build_definitions()
