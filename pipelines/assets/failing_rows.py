"""Which rule, village and week the rows are of for which a data test failed: where to look, and of nobody who it is.

Belongs here: reading those rows from the build, by the columns that `failing_rows.yml` allows. Does not belong here: the
tests (`dbt_project`), what a failed build means (`warehouse`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.files import read_yaml

# A test of a table's shape gives an example of its first key in a column of this name.
_EXAMPLE = "example"
# What a row says by an id alone, in full: column it has → columns looked up, and where.
_LOOKED_UP = {
    "warning_id": (("rule_id", "village_id"), "warnings.int_warning__episode_week"),
    "village_id": (("village_code",), "intermediate.int_village__week"),
}


@cache
def allowed() -> tuple[tuple[str, ...], int]:
    """The columns that may be shown, in their order, and of how many rows at most."""
    stored = read_yaml(Path(__file__).with_name("failing_rows.yml"))
    return tuple(stored["columns"]), int(stored["rows"])


def failing_rows(build: Path, compiled: str, node: Mapping[str, Any]) -> list[str]:
    """The rows that a failed test selects, each as `column=value …`. `compiled`: the test's SQL; `node`: its entry in dbt's
    manifest. Empty where the build cannot be asked any more: then the test's own message has to do."""
    try:
        with duckdb.connect(str(build), read_only=True) as connection:
            return _described(connection, compiled, node)
    except duckdb.Error:
        return []


def _described(connection: duckdb.DuckDBPyConnection, compiled: str, node: Mapping[str, Any]) -> list[str]:
    columns, limit = allowed()
    selected = connection.sql(compiled.strip().removesuffix(";"))
    kept = {name: name for name in columns if name in selected.columns}
    key = _key(node)
    if _EXAMPLE in selected.columns and key in columns and key not in kept:
        kept[_EXAMPLE] = key
    if not kept:
        return []
    names = ", ".join(f'"{name}"' for name in kept)
    # relations compute lazily, so only the rows shown and only these columns leave the engine
    rows = selected.project(names).distinct().order(names).limit(limit).fetchall()
    return [_line(connection, dict(zip(kept.values(), row, strict=True))) for row in rows]


def _key(node: Mapping[str, Any]) -> str:
    """The first key column of a test of a table's shape."""
    keys = ((node.get("test_metadata") or {}).get("kwargs") or {}).get("keys") or [[""]]
    return str(keys[0][0])


def _line(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> str:
    """One row in words; the rule and village of a warning, and a village's code, are looked up."""
    for known, (wanted, relation) in _LOOKED_UP.items():
        if row.get(known) and any(row.get(name) is None for name in wanted):
            row |= dict(zip(wanted, _looked_up(connection, known, wanted, relation, row[known]), strict=False))
    return " ".join(f"{name}={value}" for name, value in row.items() if value is not None)


def _looked_up(
    connection: duckdb.DuckDBPyConnection, known: str, wanted: tuple[str, ...], relation: str, value: object
) -> tuple[Any, ...]:
    try:
        query = f"select {', '.join(wanted)} from {relation} where {known} = ? limit 1"
        return connection.execute(query, [value]).fetchone() or ()
    except duckdb.Error:  # a build that broke off before that relation
        return ()
