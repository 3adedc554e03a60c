"""Handing a week to dbt: the landed rows and the ledger, as of the week's Sunday, into a fresh build file.

Belongs here: filling the `landing` schema of dbt's build file. Does not belong here: the shape of its tables
(`sources.dbt_sources`), the `identity` schema (`identity.export`), anything dbt computes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.access.agreements import HOLDS
from pipelines.landing.failures import failure_of
from pipelines.landing.landed import read_quarantine, read_rows
from pipelines.landing.ledger import QUALITY, ROWS, Delivery, accepted
from pipelines.landing.return_lines import return_lines
from pipelines.landing.withdrawn import Place, withdrawn_places
from pipelines.settings import Settings
from pipelines.sources.contract import Contract
from pipelines.sources.dbt_sources import LANDING_TABLES, landed_types
from pipelines.weeks import Week


def load_landing(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalog: Mapping[str, Contract],
    week: Week,
    ledger: list[Delivery],
) -> None:
    """Create and fill the `landing` schema. `ledger` is what the week may see: deliveries up to its Sunday."""
    connection.execute("create schema landing")
    for contract in catalog.values():
        good = [
            one
            for one in accepted(ledger)
            if (one.department, one.dataset) == (contract.department, contract.dataset)
        ]
        types = landed_types(contract)
        _create(connection, contract.name, types)
        if contract.is_work_secret:
            for one in good:
                _insert_rows(connection, contract.name, types, connection.from_arrow(read_rows(settings.landing, one)))
        elif good:
            files = [str(one.folder(settings.landing) / ROWS) for one in good]
            _insert_rows(connection, contract.name, types, connection.read_parquet(files, union_by_name=True))
        if contract.forbidden_values:
            _withdraw(connection, contract.name, withdrawn_places(settings.landing, good))
    for table, types in LANDING_TABLES.items():
        _create(connection, table, types)
    _insert(connection, "delivery", [_delivery_row(one) for one in ledger])
    parts = [{"delivery_id": delivery.delivery_id, "part": part} for delivery in ledger for part in delivery.parts]
    _insert(connection, "delivery_part", parts)
    _insert(connection, "quarantine", _quarantine_rows(settings.landing, ledger))
    _insert(connection, "return_line", _return_rows(settings.landing, catalog, ledger, week))
    _insert(connection, "quality_result", _quality_rows(settings.landing, ledger))
    _insert(connection, "dataset", [_dataset_row(settings, contract, week) for contract in catalog.values()])
    run = {
        "week": week.monday,
        "as_of": week.sunday,
        "county_code": settings.county_code,
        "county_name": settings.county_name,
        "small_cell": settings.small_cell,
    }
    _insert(connection, "run", [run])


def _create(connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str]) -> None:
    columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in types.items())
    connection.execute(f'create table landing."{table}" ({columns})')


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str], source: duckdb.DuckDBPyRelation
) -> None:
    """Load landed rows; a column that an older contract version did not have is null."""
    columns = ", ".join(
        f'cast("{name}" as {sql_type})' if name in source.columns else f"cast(null as {sql_type})"
        for name, sql_type in types.items()
    )
    connection.execute(f'insert into landing."{table}" select {columns} from source')


def _withdraw(connection: duckdb.DuckDBPyConnection, table: str, places: list[Place]) -> None:
    """Take out rows whose matter must not be shared any more; places of deliveries that are not loaded say nothing."""
    if places:
        connection.executemany(f'delete from landing."{table}" where _delivery_id = ? and _row = ?', places)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    frame = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by name
    columns = ", ".join(f'cast("{name}" as {sql_type})' for name, sql_type in LANDING_TABLES[table].items())
    connection.execute(f'insert into landing."{table}" select {columns} from frame')


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        **asdict(delivery),
        "reasons_zh": "\n".join(delivery.reasons_zh) or None,
        "reasons_en": "\n".join(delivery.reasons_en) or None,
    }


def _place(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.delivery_id,
        "department": delivery.department,
        "dataset": delivery.dataset,
        "file_name": delivery.file_name,
    }


def _quarantine_rows(landing: Path, ledger: list[Delivery]) -> list[dict[str, Any]]:
    # What was landed before the wish was kept apart from the finding has none.
    return [
        {**_place(delivery), "fix_zh": None, **row} for delivery in ledger for row in read_quarantine(landing, delivery)
    ]


def _return_rows(
    landing: Path, catalog: Mapping[str, Contract], ledger: list[Delivery], week: Week
) -> list[dict[str, Any]]:
    return [
        asdict(line)
        for contract in catalog.values()
        for line in return_lines(
            landing,
            contract,
            [one for one in ledger if (one.department, one.dataset) == (contract.department, contract.dataset)],
            week.sunday,
        )
    ]


def _quality_rows(landing: Path, ledger: list[Delivery]) -> list[dict[str, Any]]:
    found = []
    for delivery in ledger:
        path = delivery.folder(landing) / QUALITY
        if path.exists():
            found += [{**_place(delivery), **row} for row in json.loads(path.read_text("utf-8"))]
    return found


def _dataset_row(settings: Settings, contract: Contract, week: Week) -> dict[str, Any]:
    failure = failure_of(settings.landing, contract, week.sunday)
    return {
        "department": contract.department,
        "dataset": contract.dataset,
        "title_zh": contract.title.zh,
        "title_en": contract.title.en,
        "owner_zh": contract.owner.zh,
        "kind": contract.kind,
        "every_days": contract.cadence.every_days,
        "grade": contract.grade,
        "audience": contract.audience,
        "restricted_headers": "、".join(header for one in contract.restricted_columns for header in one.headers),
        "is_spine": contract.spine,
        "failure_zh": failure["zh"] if failure else None,
        "is_suspended": failure is not None and failure["code"] in HOLDS,
    }
