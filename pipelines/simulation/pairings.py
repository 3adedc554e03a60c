"""Who answers for which village: 95 departments, their heads, and the townships' party secretaries.

Belongs here: pairings and the invented people behind them. Does not belong here: areas and managing units (`geography`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

from pipelines.simulation.geography import COUNTY_SIZE, DATA, Village
from pipelines.simulation.people import invented_mobile, make_name

DEPARTMENTS = 95
_HEADS_CHANGE = 13


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody. Invented."""

    name: str
    phone: str
    email: str


@cache
def _names() -> tuple[str, ...]:
    with (DATA / "departments.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["name"] for row in csv.DictReader(file))


def department_of(village: Village) -> tuple[int, str, str]:
    """Number, code and name of the paired department: two villages each, further counties having their own 95."""
    number = village.index * DEPARTMENTS // COUNTY_SIZE
    county, place = divmod(number, DEPARTMENTS)
    name = _names()[place] if county == 0 else f"示例{county}县{_names()[place].removeprefix('区')}"
    return number, f"BM{number + 1:03d}", name


def head_of(seed: int, number: int, week: int) -> Contact:
    """Head of a department; in each week one department of the 95 gets another."""
    place = number % DEPARTMENTS
    changes = sum(1 for one in range(1, week + 1) if one * _HEADS_CHANGE % DEPARTMENTS == place)
    return _contact(f"{seed}:head:{number}:{changes}", f"bm{number + 1:03d}", number)


def secretary_of(seed: int, unit_code: str) -> Contact:
    """Party secretary of a township or of the managing zone."""
    return _contact(f"{seed}:secretary:{unit_code}", f"zj{unit_code[:9]}", 5000 + int(unit_code[6:9]))


@lru_cache(maxsize=1024)
def _contact(key: str, mailbox: str, number: int) -> Contact:
    rng = Random(key)
    sex = rng.choice("1112")
    return Contact(make_name(rng, sex, rng.randint(1962, 1984)), invented_mobile(number), f"{mailbox}@example.org")
