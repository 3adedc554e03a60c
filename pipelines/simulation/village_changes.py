"""Changes of villages in the years before the simulated weeks: what civil affairs reports of them, once.

Belongs here: the changes and the villages they made. Does not belong here: villages as they are now (`geography`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipelines.simulation.geography import DATA

_MAKING = ("merge", "split")


@dataclass(frozen=True, slots=True)
class VillageChange:
    """One line of a change, as `data/village_changes_330304.csv` states it."""

    change_no: str
    kind: str
    effective_on: date
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    share_percent: int | None
    document_no: str


@cache
def village_changes() -> tuple[VillageChange, ...]:
    """All changes, oldest first."""
    with (DATA / "village_changes_330304.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            VillageChange(
                row["change_no"],
                row["kind"],
                date.fromisoformat(row["effective_on"]),
                row["old_code"],
                row["old_name"],
                row["new_code"],
                row["new_name"],
                int(row["share_percent"]) if row["share_percent"] else None,
                row["document_no"],
            )
            for row in csv.DictReader(file)
        )


def changes_of(code: str) -> list[VillageChange]:
    """The changes that made the village with this code what it is."""
    return [one for one in village_changes() if one.new_code == code]


def made_on(code: str) -> date | None:
    """The day a merger or split made the village; None if none did."""
    return next((one.effective_on for one in changes_of(code) if one.kind in _MAKING), None)
