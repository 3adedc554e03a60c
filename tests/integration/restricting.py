"""A home as it would be had what is restricted never landed: datasets without their rows, columns with other values.

Belongs here: rewriting landing by what the contracts say. Does not belong here: what must stay the same
(`test_non_interference`).

The deliveries and their days stay: that something came, everybody may know. The other values are allowed ones, drawn by row.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.landing.ledger import QUALITY, QUARANTINE, ROWS
from pipelines.landing.sealed import is_sealed, read_table, write_table
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import Column, Contract, load_catalog

DELIVERY = "delivery.json"
SOME_DAY = datetime(2020, 11, 20)


def restrict(landing: Path, audiences: Collection[str]) -> int:
    """Take out of a landing whatever is for these audiences; the number of values and rows that were there."""
    taken = 0
    for contract in load_catalog().values():
        for path in (landing / contract.department / contract.dataset).glob(f"*/{ROWS}"):
            taken += _empty(path) if contract.audience in audiences else _replace(path, contract, audiences)
    return taken


def _home(path: Path) -> Path:
    return path.parents[4]


def _read(path: Path) -> pa.Table:
    return read_table(path, _home(path))


def _rewrite(path: Path, rows: pa.Table) -> None:
    """Another content in a file's place, sealed as it was."""
    sealed = is_sealed(path)
    path.unlink()
    write_table(path, rows, home=_home(path), place=path, sealed=sealed)


def _empty(path: Path) -> int:
    """A delivery that brought nothing, and of which nothing was found."""
    rows = _read(path)
    _rewrite(path, rows.slice(0, 0))
    quarantine, quality, delivery = (path.with_name(name) for name in (QUARANTINE, QUALITY, DELIVERY))
    if quarantine.exists():
        _rewrite(quarantine, _read(quarantine).slice(0, 0))
    if quality.exists():
        quality.write_text("[]", encoding="utf-8")
    record = json.loads(delivery.read_text("utf-8")) | {"rows_read": 0, "rows_landed": 0, "rows_quarantined": 0}
    delivery.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return rows.num_rows


def _replace(path: Path, contract: Contract, audiences: Collection[str]) -> int:
    rows = _read(path)
    columns = [one for one in contract.landed_columns if one.audience in audiences and one.name in rows.column_names]
    for column in columns:
        place, field = rows.column_names.index(column.name), rows.schema.field(column.name)
        values = [_other(column, row, value) for row, value in enumerate(rows.column(place).to_pylist())]
        rows = rows.set_column(place, field, pa.array(values, field.type))
    if columns:
        _rewrite(path, rows)
    return len(columns) * rows.num_rows


def _other(column: Column, row: int, value: Any) -> Any:
    """Another value that the column may have; of one that may be empty every second is."""
    if column.codes:
        codes = list(code_tables()[column.codes].labels)
        return codes[(codes.index(value) + 1 + row) % len(codes)]
    if column.type == "boolean":
        return not value
    if not column.required and row % 2:
        return None
    return SOME_DAY + timedelta(days=row % 60) if column.type == "date" else "R05"
