"""Limits that are rules, read from the dbt seed so that Python and SQL go by one and the same number.

Belongs here: looking a parameter up. Does not belong here: the numbers themselves (`dbt_project/seeds/parameters.csv`).
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

from pipelines.errors import CunsheError
from pipelines.settings import SEEDS


@cache
def _rows() -> list[dict[str, str]]:
    with (SEEDS / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameter(name: str, day: date) -> int:
    """The value of a parameter that is valid on `day`."""
    for row in _rows():
        if row["parameter_id"] == name and row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999"):
            return int(row["value"])
    raise CunsheError(f"Parameter {name} has no value on {day}.", "Add a row to dbt_project/seeds/parameters.csv.")
