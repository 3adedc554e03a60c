"""What has landed, read back: the rows of accepted deliveries.

Belongs here: finding and opening their Parquet files. Does not belong here: what the rows mean, which delivery is in force
(`ledger`), handing a week to dbt (`load`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.landing.ledger import QUARANTINE, ROWS, Delivery, accepted, parts_in_force, read_ledger
from pipelines.landing.sealed import read_table
from pipelines.sources.contract import Contract
from pipelines.sources.parts import of_parts

Row = dict[str, Any]


def landed_tables(
    landing: Path, contract: Contract, until: date | None = None, columns: Sequence[str] | None = None
) -> Iterator[tuple[Delivery, pa.Table]]:
    """Each accepted delivery up to and including a day, oldest first, with its rows (`columns`, or all)."""
    for delivery in accepted(read_ledger(landing, contract, until)):
        yield delivery, read_rows(landing, delivery, columns)


def read_rows(landing: Path, delivery: Delivery, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows that a delivery landed (`columns`, or all), encrypted or not."""
    return read_table(delivery.folder(landing) / ROWS, landing.parent, columns)


def standing_rows(
    landing: Path, contract: Contract, deliveries: Iterable[Delivery], columns: Sequence[str], of: Iterable[str] | None = None
) -> list[tuple[Delivery, pa.Table]]:
    """What a snapshot dataset stands by: each delivery in force with the rows that stand of it (`columns` of them).

    `of`: of these parts only, where the dataset has parts. `deliveries` are its ledger, oldest first.
    """
    wanted = None if of is None or contract.part_column is None else frozenset(of)
    parts: dict[str, tuple[Delivery, set[str]]] = {}
    for part, delivery in parts_in_force(deliveries).items():
        if wanted is None or part in wanted:
            parts.setdefault(delivery.delivery_id, (delivery, set()))[1].update([part] if part else [])
    read = list(dict.fromkeys([*columns, *([contract.part_column] if contract.part_column else [])]))
    return [
        (delivery, of_parts(contract, read_rows(landing, delivery, read), frozenset(these) or None).select(list(columns)))
        for delivery, these in parts.values()
    ]


def read_quarantine(landing: Path, delivery: Delivery) -> list[Row]:
    """What of a delivery was set aside and why, without any cell's value; empty where nothing was read."""
    path = delivery.folder(landing) / QUARANTINE
    return read_table(path, landing.parent).to_pylist() if path.exists() else []


def plain_rows(table: pa.Table) -> list[Row]:
    """Rows as plain values; Parquet keeps days as moments, here they are days again."""
    return [{name: _plain(value) for name, value in row.items()} for row in table.to_pylist()]


def landed_rows(landing: Path, contract: Contract, until: date | None = None) -> Iterable[Row]:
    """All rows of the accepted deliveries up to and including a day, oldest delivery first."""
    return (row for _, table in landed_tables(landing, contract, until) for row in plain_rows(table))


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value
