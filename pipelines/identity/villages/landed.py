"""From landed rows to lists and changes.

Belongs here: the columns of the datasets villages and village_changes as the register's shapes. Does not belong here:
finding the deliveries (`assets.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipelines.identity.villages.shapes import Change, Entry, Listing

Row = Mapping[str, Any]
LISTING_COLUMNS = {
    "village_code": "code", "village_name": "name", "village_type": "village_type", "township_code": "township_code",
    "township_name": "township_name", "managing_unit_code": "managing_code", "managing_unit_name": "managing_name",
    "established_on": "established_on", "abolished_on": "abolished_on", "households": "households",
    "population": "population",
}  # fmt: skip
CHANGE_COLUMNS = (
    "change_no", "kind", "effective_on", "old_code", "new_code", "old_name", "new_name", "share_percent", "document_no",
    "is_void",
)  # fmt: skip


def listing(delivered_at: date, rows: Iterable[Row]) -> Listing:
    """One accepted delivery of the village list."""
    entries = [Entry(**{ours: row[theirs] for theirs, ours in LISTING_COLUMNS.items()}) for row in rows]
    return Listing(delivered_at, {one.code: one for one in entries})


def changes(deliveries: Iterable[Iterable[Row]]) -> list[Change]:
    """The changes in force: of each number the newest version, deliveries oldest first, and none that was declared void."""
    return [_change(row) for row in _newest(deliveries, "change_no") if not row["is_void"]]


def _newest(deliveries: Iterable[Iterable[Row]], key: str) -> list[Row]:
    """Of each key the newest version, by key; deliveries come oldest first."""
    newest: dict[str, Row] = {}
    for rows in deliveries:
        newest.update({row[key]: row for row in rows})
    return [row for _, row in sorted(newest.items())]


def _change(row: Row) -> Change:
    percent = row["share_percent"]
    return Change(
        row["change_no"], row["kind"], row["effective_on"], row["old_code"], row["new_code"], row["old_name"],
        row["new_name"], None if percent is None else float(percent) / 100, row["document_no"],
    )  # fmt: skip
