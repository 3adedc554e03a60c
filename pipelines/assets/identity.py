"""Stage identity: who is it, which village. What leaves the vault is `record → person_id` and the village register.

Belongs here: the Dagster face of `pipelines.identity`. Does not belong here: linking.
"""

from datetime import date, timedelta
from typing import Any

import dagster as dg

from pipelines.assets.common import WEEK_BY_WEEK, Home, week_of
from pipelines.assets.landing import LEDGER_KEY, VILLAGE_CHANGES, VILLAGES
from pipelines.identity.audit_log import run_look
from pipelines.identity.drift import check_drift, linked_rows, summarise
from pipelines.identity.export import write_week
from pipelines.identity.review.decisions import SAME, VILLAGE, Decisions
from pipelines.identity.review.decisions import tables as decision_tables
from pipelines.identity.review.items import items_of_week, link_items
from pipelines.identity.review.items import table as items_table
from pipelines.identity.review.sides import Lineage
from pipelines.identity.review.standing import load_decisions
from pipelines.identity.vault import Vault
from pipelines.identity.villages import landed
from pipelines.identity.villages.decided import register
from pipelines.identity.villages.shapes import Change, Decision, Listing
from pipelines.identity.villages.tables import engine_tables, village_tables
from pipelines.landing.findings import keep_findings
from pipelines.landing.landed import landed_tables, plain_rows
from pipelines.landing.ledger import Delivery, accepted, read_whole_ledger
from pipelines.progress import progress
from pipelines.publishing import pointer
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.dbt_sources import IDENTITY_TABLES
from pipelines.sources.reasons import Reason, reason
from pipelines.weeks import Week

GROUP = "identity"
_DAYS_TO_MEND = 28
KEYS = {table: dg.AssetKey(["identity", table]) for table in IDENTITY_TABLES}
_TEXTS = {
    "person_link": "记录与人员的对应（不含姓名和证件号） / Which record speaks of which person, without identifiers",
    "person": "进入范围的人员 / Persons in scope",
    "unlinked": "不在范围内而丢弃身份的记录数 / Records whose person is not in scope, counted",
    "review_item": "待人工核对的对应（不含姓名和证件号） / Pairs that wait for a person, without identifiers",
    "village_registry": "村社登记（代码与村社标识） / The register of villages",
    "village_place": "各代码在各时期所指的村社 / Which village a fact belongs to that names a code on a day",
    "village_lineage": "村社沿革（合并、析置等） / What became of each village",
    "village_history": "村社名称、代码、隶属的历史 / Codes, names, types and parents of each village over time",
    "village_proposal": "待人工确认的村社变动 / Changes of villages for a person to decide",
}


def identity_assets(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The tables that identity gives to dbt, made in one go."""
    specs = [
        dg.AssetSpec(
            KEYS[table],
            deps=[LEDGER_KEY],
            group_name=GROUP,
            owners=["team:data_engineering"],
            kinds={"parquet", "duckdb"},
            description=text,
        )
        for table, text in _TEXTS.items()
    ]

    @dg.multi_asset(specs=specs, partitions_def=partitions, backfill_policy=WEEK_BY_WEEK, name="identity", can_subset=False)
    def identity(context: dg.AssetExecutionContext, home: Home) -> Any:
        progress("identity", 0, 1)
        counts = link(home.settings, week_of(context))
        progress("identity", 1, 1)
        for table, key in KEYS.items():
            yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": counts[table]})

    return identity


def link(settings: Settings, week: Week) -> dict[str, int]:
    """Link everything the week may see and write `identity/<Monday>/`; returns rows per table."""
    ledger = read_whole_ledger(settings.landing, load_catalog().values(), week.sunday)
    good = [one.delivery_id for one in accepted(ledger)]
    decisions = load_decisions(settings.landing, week.sunday)
    registry, opened = register(*_villages(settings, week), _on_villages(decisions))
    villages = village_tables(registry, opened)
    with Vault.open(settings, run_look("link", f"weekly run {week.iso}")) as vault:
        links = vault.link_week(
            week.sunday,
            good,
            beside={**decision_tables(decisions), **engine_tables(registry)},
            discard=_rosters(ledger, "accepted"),
            discard_until=_discard_until(ledger, week),
        )
        lineage = Lineage.of(villages["village_registry"], villages["village_lineage"])
        waiting = link_items(vault.connection, week.sunday, good, lineage)
        summary = summarise(linked_rows(vault.connection, _newest(ledger)), merges=len(decisions.canonical))
    _send_back(settings, links.finding.to_pylist(), week.sunday)
    tables = {
        "person_link": links.person_link,
        "person": links.person,
        "unlinked": links.unlinked,
        "review_item": items_table(items_of_week(waiting, decisions)),
        **villages,
    }
    write_week(settings, week.monday, tables, summary)
    check_drift(settings, week.key, _week_before(settings, week))
    return {name: len(table) for name, table in tables.items()}


def _send_back(settings: Settings, findings: list[dict[str, Any]], found_on: date) -> None:
    """Have the return notes say what only the linking can see is wrong with a delivery."""
    by_delivery: dict[tuple[str, str], list[Reason]] = {}
    for row in findings:
        contract = load_catalog()[f"{row['department']}__{row['dataset']}"]
        column = contract.column("id_number").headers[0]
        why = reason(row["code"], row=row["row_no"], column=column, found=row["found"])
        by_delivery.setdefault((contract.name, row["delivery_id"]), []).append(why)
    for (name, delivery_id), reasons in by_delivery.items():
        keep_findings(settings.landing, load_catalog()[name], delivery_id, reasons, found_on)


def _newest(ledger: list[Delivery]) -> list[str]:
    """The newest accepted delivery of each dataset."""
    return list({(one.department, one.dataset): one.delivery_id for one in accepted(ledger)}.values())


def _week_before(settings: Settings, week: Week) -> str | None:
    """The newest published week before this one, by its Monday."""
    published = pointer.current(settings)
    earlier = [name for name in (published.weeks if published else ()) if name < week.iso]
    return Week.parse(max(earlier)).key if earlier else None


def _rosters(ledger: list[Delivery], verdict: str, most_set_aside: int | None = None) -> bool:
    """Whether every roster's newest delivery has this verdict and at most so many rows set aside."""
    newest = {(one.department, one.dataset): one for one in ledger if one.verdict != "duplicate"}
    found = [newest.get((one.department, one.dataset)) for one in load_catalog().values() if one.spine]
    return all(
        one is not None and one.verdict == verdict and (most_set_aside is None or one.rows_quarantined <= most_set_aside)
        for one in found
    )


def _discard_until(ledger: list[Delivery], week: Week) -> date:
    """Up to which delivery date a record of nobody on the rosters loses its identity for good.

    At once where the rosters are whole. Where rows of theirs were set aside the person may be among those, and an opinion
    is sent only once: the department has four weeks to mend them.
    """
    return week.sunday if _rosters(ledger, "accepted", 0) else week.sunday - timedelta(days=_DAYS_TO_MEND)


def _villages(settings: Settings, week: Week) -> tuple[list[Listing], list[Change]]:
    """Every accepted list of villages, and the changes in force, as the week may see them."""
    lists, changes = (
        [
            (delivery.delivered_at, plain_rows(table))
            for delivery, table in landed_tables(settings.landing, load_catalog()[name], week.sunday, list(columns))
        ]
        for name, columns in ((VILLAGES, landed.LISTING_COLUMNS), (VILLAGE_CHANGES, landed.CHANGE_COLUMNS))
    )
    return [landed.listing(day, rows) for day, rows in lists], landed.changes(rows for _, rows in changes)


def _on_villages(decisions: Decisions) -> list[Decision]:
    return [
        Decision(one.decision_no, one.subject_a, one.subject_b, one.verdict == SAME) for one in decisions.of_kind(VILLAGE)
    ]
