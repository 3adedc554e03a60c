"""The content hash of a build: equal for equal marts, whatever the order of their rows.

Belongs here: fingerprints of tables. Does not belong here: which columns they cover (`editions.yml`): the content hash
covers what the marts say, the trace hash also where each record came from.

Per row the MD5 of all cells, each written with its length so that no two rows share a text; per table the sum of both
halves of these numbers, the row count, and names and types of the columns; per build the SHA-256 over all tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def table_hash(connection: Any, relation: str, columns: Mapping[str, str]) -> str:
    """The fingerprint of `relation` over `columns` (name → type)."""
    names = sorted(columns)
    cells = " || ".join(
        f"coalesce(length({quoted(name)}::varchar) || ':' || {quoted(name)}::varchar, '-')" for name in names
    )
    count, low, high = connection.execute(
        f"""
        select count(*), coalesce(sum(md5_number_lower(cells)), 0), coalesce(sum(md5_number_upper(cells)), 0)
        from (select {cells} as cells from {relation})
        """
    ).fetchone()
    header = ",".join(f"{name} {columns[name]}" for name in names)
    return hashlib.sha256(f"{header}|{count}|{low}|{high}".encode()).hexdigest()


def build_hash(tables: Iterable[tuple[str, str]]) -> str:
    """One hash for many (table name, table hash)."""
    return hashlib.sha256("\n".join(f"{name} {value}" for name, value in sorted(tables)).encode()).hexdigest()
