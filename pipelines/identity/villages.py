"""Which village is it: a surrogate id for every village, of which codes and names are history.

Belongs here: the register of villages. Does not belong here: facts about a village (dbt).

For now a village is its 12-digit code: one row per code. Merge, split and recode will give a row per code and period
under the same `village_id`; the id comes from the code at first appearance, whatever county it lies in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa

_SCHEMA = pa.schema(
    [
        ("village_code", pa.string()),
        ("village_id", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


def village_id(first_code: str) -> str:
    """The surrogate id of the village that first appeared under `first_code`."""
    return "V" + hashlib.sha256(f"village:{first_code}".encode()).hexdigest()[:12]


def village_registry(codes_with_first_seen: Iterable[tuple[str, date]]) -> Any:
    """The register as an Arrow table: one row per code, valid from the first day it was seen."""
    first_seen: dict[str, date] = {}
    for code, seen in codes_with_first_seen:
        first_seen[code] = min(seen, first_seen.get(code, seen))
    ids = {code: village_id(code) for code in first_seen}
    if len(set(ids.values())) != len(ids):
        raise ValueError("two village codes give one village_id; lengthen the id")
    rows = [
        {"village_code": code, "village_id": ids[code], "valid_from": first_seen[code], "valid_to": None}
        for code in sorted(first_seen)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
