"""Dated drop folders: `<inbox>/<department>/<dataset>/<YYYY-MM-DD>/<file>`; the folder is the delivery date.

Belongs here: finding files. Does not belong here: remembering which were read (`landing.ledger`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.sources.contract import Contract


@dataclass(frozen=True)
class Parcel:
    """One file as dropped; `delivered_at` is None where the folder's name is no date."""

    path: Path
    folder: str
    delivered_at: date | None

    @property
    def file_name(self) -> str:
        return self.path.name


def parcels(inbox: Path, contract: Contract, since: date, until: date) -> list[Parcel]:
    """The files dropped for a dataset from `since` up to and including `until`, oldest first.

    Hidden files and those a copy in progress leaves (`.part`, `~$…`) are passed over; a folder whose name is no date,
    or one before `since` (a slip of the pen would stretch every weekly figure back to it), comes last, to be reported.
    """
    root = inbox / contract.department / contract.dataset
    found = [
        Parcel(path, folder.name, _date(folder.name, since))
        for folder in (sorted(root.iterdir()) if root.is_dir() else [])
        if folder.is_dir() and not folder.name.startswith(".")
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith((".", "~$")) and path.suffix != ".part"
    ]
    in_time = [parcel for parcel in found if parcel.delivered_at is None or parcel.delivered_at <= until]
    return sorted(in_time, key=lambda parcel: (parcel.delivered_at is None, parcel.folder, parcel.file_name))


def _date(name: str, since: date) -> date | None:
    try:
        day = date.fromisoformat(name) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name) else None
    except ValueError:
        return None
    return day if day is not None and day >= since else None
