"""The week's links on disk: what dbt reads of identity, without any identifier.

Belongs here: writing `identity/<Monday>/`, whole or not at all, and reading its tables. They are encrypted: which row of an
opinion is about whom is sensitive without a name. Does not belong here: the vault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.files import folder_whole, write_new
from pipelines.identity.drift import SUMMARY, Summary
from pipelines.landing.sealed import read_table, write_table
from pipelines.settings import Settings
from pipelines.sources.dbt_sources import IDENTITY_TABLES


def write_week(settings: Settings, monday: date, tables: Mapping[str, Any], summary: Summary) -> Path:
    """Write the Arrow tables of a week by their names, those of `IDENTITY_TABLES`, and the summary of its links.

    An earlier writing of the week is replaced.
    """
    if missing := IDENTITY_TABLES.keys() - tables.keys():
        raise ValueError(f"not given: {', '.join(sorted(missing))}")
    final = settings.identity / monday.isoformat()
    with folder_whole(final) as draft:
        for name, table in tables.items():
            file = f"{name}.parquet"
            write_table(draft / file, table, home=settings.root, place=final / file, sealed=True)
        write_new(draft / SUMMARY, summary.to_json())
    return final


def read_week_table(settings: Settings, monday: str, table: str) -> Any | None:
    """A table of a week as Arrow; None where the week has not been linked, or by a version that did not make it."""
    return read_folder_table(settings.identity / monday, table)


def read_folder_table(folder: Path, table: str) -> Any | None:
    """A table of the folder `identity/<Monday>/` as Arrow; None where there is none."""
    path = folder / f"{table}.parquet"
    return read_table(path, folder.parent.parent) if path.exists() else None
