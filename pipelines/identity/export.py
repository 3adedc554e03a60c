"""The week's links on disk: what dbt reads of identity, without any identifier.

Belongs here: writing `identity/<Monday>/`, whole or not at all. Does not belong here: the vault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.files import folder_whole
from pipelines.identity.drift import SUMMARY, Summary
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
            pq.write_table(table, draft / f"{name}.parquet")
        (draft / SUMMARY).write_bytes(summary.to_json())
    return final
