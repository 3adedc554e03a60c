"""The week's links on disk: what dbt reads of identity, without any identifier.

Belongs here: writing `identity/<Monday>/`, whole or not at all. Does not belong here: the vault.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.files import folder_whole
from pipelines.identity.linking import LinkResult
from pipelines.settings import Settings


def write_week(settings: Settings, monday: date, links: LinkResult, village_registry: Any) -> Path:
    """Write person_link, person, unlinked and village_registry of a week; an earlier writing of it is replaced."""
    final = settings.identity / monday.isoformat()
    tables = {
        "person_link": links.person_link,
        "person": links.person,
        "unlinked": links.unlinked,
        "village_registry": village_registry,
    }
    with folder_whole(final) as draft:
        for name, table in tables.items():
            pq.write_table(table, draft / f"{name}.parquet")
    return final
