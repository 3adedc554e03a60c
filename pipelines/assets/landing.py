"""Stage landing: one asset per catalog file, and the ledger over all of them.

Belongs here: turning contracts and suites into assets and checks. Does not belong here: landing itself
(`pipelines.landing`). A held delivery or a failed check fails no run: the last good delivery stays in force.
"""

import json
from collections import Counter
from typing import Any

import dagster as dg
import pandas as pd

from expectations.suite import Suite, load_suite
from pipelines.access.agreements import standing
from pipelines.assets.common import DOCS, WEEK_BY_WEEK, Home, preview, week_of
from pipelines.identity.audit_log import run_look
from pipelines.identity.vault import Vault
from pipelines.landing.land import Door, Landed, Seal, land_dataset
from pipelines.landing.landed import landed_tables, read_rows, standing_rows
from pipelines.landing.ledger import (
    QUALITY,
    Delivery,
    in_force,
    last_good_day,
    read_ledger,
    read_whole_ledger,
)
from pipelines.landing.misuse import suspend_for_misuse
from pipelines.progress import progress
from pipelines.settings import Settings
from pipelines.sources.connectors.choose import deployed_contracts
from pipelines.sources.connectors.parcel import Limits
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.drop_folders import drops_in_words
from pipelines.sources.isolation.bounds import Bounds
from pipelines.sources.reasons import Reason
from pipelines.weeks import Week, today

GROUP = "landing"
VILLAGES = "civil_affairs__villages"
VILLAGE_CHANGES = "civil_affairs__village_changes"
LEDGER_KEY = dg.AssetKey(["landing", "ledger"])
_CONTRACT_CHECK = "contract"
# A preview of rows stays in Dagster for good: none of what is sensitive or a work secret.
_SHOWN_GRADES = ("L1", "L2")
_UNREAD = "not run: the delivery could not be read"


def asset_key(contract: Contract) -> dg.AssetKey:
    """The asset of a dataset."""
    return dg.AssetKey(["landing", contract.department, contract.dataset])


def landing_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The assets of the stage, in the order of the catalog."""
    catalog = load_catalog()
    assets = [
        _dataset_asset(contract, load_suite(name), place, len(catalog), partitions)
        for place, (name, contract) in enumerate(catalog.items())
    ]
    return [*assets, _ledger_asset(list(catalog.values()), partitions)]


def _dataset_asset(
    contract: Contract, suite: Suite, place: int, total: int, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    key, catalog = asset_key(contract), load_catalog()
    needs = [VILLAGES] if suite.needs("village_codes") or suite.needs("village_codes_ever") else []
    needs += [VILLAGE_CHANGES] if suite.needs("village_codes_ever") else []
    checks = [
        dg.AssetCheckSpec(_CONTRACT_CHECK, asset=key, description="合同检查：整批是否按约定送达、各行是否合规"),
        *(dg.AssetCheckSpec(one.id, asset=key, description=f"{one.zh} / {one.en}") for one in suite.expectations),
    ]

    @dg.asset(
        key=key,
        group_name=GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        deps=[asset_key(catalog[name]) for name in needs if name != contract.name],
        check_specs=checks,
        owners=[f"team:{contract.owner.team}"],
        kinds={contract.source.kind, "parquet"},
        description=f"{contract.title.zh} / {contract.title.en}",
        metadata={
            "contract": f"{DOCS}/data-contracts.md#{contract.name}",
            "legal_basis": contract.legal_basis,
            "grade": contract.grade,
        },
        name=None,
    )
    def land(context: dg.AssetExecutionContext, home: Home) -> Any:
        settings, week = home.settings, week_of(context)
        progress("landing", place, total, contract.name)
        landed = land_dataset(_door(settings, contract, suite, week), week.sunday)
        for delivery in landed.new:
            context.log.info(_log_line(delivery))
        if landed.failure:
            context.log.warning(f"{contract.department}/{contract.dataset}: {landed.failure.en}")
        ledger = read_ledger(settings.landing, contract, week.sunday)
        if landed.new and (event := suspend_for_misuse(settings, contract, ledger, today())):
            context.log.error(f"agreement {event.subject} is suspended: it brings columns that must not be shared")
        progress("landing", place + 1, total, contract.name)
        yield from _results(settings, contract, suite, ledger, week, landed)

    return land


def _door(settings: Settings, contract: Contract, suite: Suite, week: Week) -> Door:
    return Door(
        contract=contract.deployed(settings.source_override(contract.department, contract.dataset)),
        suite=suite,
        inbox=settings.inbox,
        landing=settings.landing,
        seal=_sealer(settings, contract, week),
        secret=settings.secret,
        village_codes=_village_codes(settings, week) if suite.needs("village_codes") else None,
        village_codes_ever=_village_codes_ever(settings, week) if suite.needs("village_codes_ever") else None,
        since=settings.first_week,
        today=today(),
        allow_unassigned_area=settings.allow_unassigned_area,
        small_cell=settings.small_cell,
        stopped=standing(settings, contract, min(week.sunday, today())).hold,
        limits=_limits(settings),
    )


def _limits(settings: Settings) -> Limits:
    reading = Bounds(settings.read_memory_mb, settings.read_seconds)
    return Limits(settings.max_delivery_mb * 2**20, settings.max_rows, reading)


def _sealer(settings: Settings, contract: Contract, week: Week) -> Seal:
    def seal(delivery: Delivery, identities: pd.DataFrame) -> None:
        if identities.columns.empty:
            return
        look = run_look(
            "seal", f"weekly run {week.iso}", parameters={"delivery_id": delivery.delivery_id}, rows=len(identities)
        )
        with Vault.open(settings, look) as vault:
            vault.store_identities(
                delivery.delivery_id,
                delivery.department,
                delivery.dataset,
                delivery.delivered_at,
                contract.spine,
                identities.reset_index(),
                contract.evidence,
            )

    return seal


def _village_codes(settings: Settings, week: Week) -> frozenset[str] | None:
    """The codes of the village list in force, which references are checked against; None if there is no list yet."""
    contract = load_catalog()[VILLAGES]
    standing = standing_rows(settings.landing, contract, read_ledger(settings.landing, contract, week.sunday), ["village_code"])
    return frozenset(code for _, rows in standing for code in rows["village_code"].to_pylist()) if standing else None


def _village_codes_ever(settings: Settings, week: Week) -> frozenset[str] | None:
    """Every code that an accepted list or change of villages has named; None if there is no list yet.

    A record of an event may name a code that is no longer in force: it belongs to what became of that village.
    """
    catalog, found = load_catalog(), set[str]()
    for name, columns in ((VILLAGES, ["village_code"]), (VILLAGE_CHANGES, ["old_code", "new_code"])):
        for _, rows in landed_tables(settings.landing, catalog[name], week.sunday, columns):
            found.update(*(rows[column].drop_null().to_pylist() for column in columns))
        if not found:
            return None
    return frozenset(found)


def _log_line(delivery: Delivery) -> str:
    line = (
        f"{delivery.department}/{delivery.dataset} {delivery.delivery_id}: {delivery.verdict}, "
        f"read {delivery.rows_read}, landed {delivery.rows_landed}, set aside {delivery.rows_quarantined}, "
        f"redacted {delivery.values_redacted}"
    )
    return "\n  ".join([line, *delivery.reasons_en])


def _results(
    settings: Settings, contract: Contract, suite: Suite, ledger: list[Delivery], week: Week, landed: Landed
) -> Any:
    standing = in_force(ledger)
    newest = next((one for one in reversed(ledger) if one.verdict != "duplicate"), None)
    rows = sum(len(table) for _, table in standing_rows(settings.landing, contract, ledger, ["_row"])) if contract.parts else (
        standing.rows_landed if standing else 0
    )
    metadata: dict[str, Any] = {"deliveries_new": len(landed.new), "dagster/row_count": rows}
    if standing is not None:
        good_day = last_good_day(ledger)
        assert good_day is not None
        metadata |= {
            "delivery_id": standing.delivery_id,
            "delivered_at": standing.delivered_at.isoformat(),
            "age_days": (week.sunday - good_day).days,
            "read": standing.rows_read,
            "quarantined": standing.rows_quarantined,
            "redacted": standing.values_redacted,
        }
        if contract.grade in _SHOWN_GRADES:
            metadata["preview"] = preview(read_rows(settings.landing, standing).to_pandas())
    metadata["data_docs"] = dg.MetadataValue.path(str(settings.data_docs / f"{contract.name}.html"))
    yield dg.MaterializeResult(asset_key=asset_key(contract), metadata=metadata)
    yield _contract_check(contract, newest, landed.failure)
    yield from _suite_checks(settings, contract, suite, newest)


def _is_idle(contract: Contract, newest: Delivery | None) -> bool:
    """Whether nothing has come of what comes only when there is something."""
    return newest is None and contract.cadence.every_days is None


def _contract_check(contract: Contract, newest: Delivery | None, failure: Reason | None) -> dg.AssetCheckResult:
    idle = _is_idle(contract, newest)
    clean = idle or (newest is not None and newest.verdict == "accepted" and newest.rows_quarantined == 0)
    held = not idle and (newest is None or newest.verdict == "held")
    return dg.AssetCheckResult(
        asset_key=asset_key(contract),
        check_name=_CONTRACT_CHECK,
        passed=clean and failure is None,
        severity=dg.AssetCheckSeverity.ERROR if held or failure else dg.AssetCheckSeverity.WARN,
        metadata={
            "verdict": newest.verdict if newest else "never delivered",
            "reasons": "\n".join([*([failure.zh] if failure else []), *(newest.reasons_zh if newest else [])]),
            "rows_set_aside": newest.rows_quarantined if newest else 0,
        },
    )


def _suite_checks(settings: Settings, contract: Contract, suite: Suite, newest: Delivery | None) -> Any:
    path = newest.folder(settings.landing) / QUALITY if newest else None
    found = json.loads(path.read_text("utf-8")) if path is not None and path.exists() else []
    by_id = {one["expectation"]: one for one in found}
    idle = _is_idle(contract, newest)
    for wanted in suite.expectations:
        result = by_id.get(wanted.id)
        critical = wanted.severity == "critical"
        yield dg.AssetCheckResult(
            asset_key=asset_key(contract),
            check_name=wanted.id,
            passed=bool(result["success"]) if result else idle,
            severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
            metadata={
                "observed": result["observed"] if result else "not run: nothing was due" if idle else _UNREAD,
                "rows": result["unexpected_count"] if result else 0,
                "fix": wanted.fix_zh,
                "owner": suite.owner,
            },
        )


def _ledger_asset(contracts: list[Contract], partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=LEDGER_KEY,
        group_name=GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        deps=[asset_key(contract) for contract in contracts],
        owners=["team:data_engineering"],
        kinds={"parquet"},
        description="交付台账：截至本周日的全部交付及结论 / The ledger: every delivery up to the week's Sunday",
        name=None,
    )
    def ledger(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
        settings = home.settings
        records = read_whole_ledger(settings.landing, contracts, week_of(context).sunday)
        verdicts = Counter(record.verdict for record in records)
        drops = drops_in_words(settings.inbox, deployed_contracts(settings))
        for line in drops:
            context.log.warning(line)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(records), "unknown_drops": "\n".join(drops),
                **{verdict: count for verdict, count in verdicts.items()},
            }
        )  # fmt: skip

    return ledger
