"""The villages of the simulated county: real names and codes first, invented units beyond them.

Belongs here: which villages there are, under which township, managing unit and area. Does not belong here: anything
about people or figures of a village (`people`, `profile`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.errors import CunsheError

DATA = Path(__file__).parent / "data"
LISTS = DATA / "villages_330304_2016_2023.csv"  # of every year; the county is that of 2020

COUNTY_SIZE = 190
COMMUNITIES = 39
AREAS = 54
KEY_VILLAGES = 17
ZONE_CODE, ZONE_NAME = "330304400000", "瓯海经济开发区"
ZONE_COMMUNITY = "330304002021"
ZONE_TOWNSHIP, ZONE_VILLAGES = "330304007000", 7

# Synthetic units: counties from 999901 on, 60 townships of 30 units each (the first 6 communities, 24 villages).
_SYNTHETIC_TOWNSHIPS, _SYNTHETIC_UNITS, _SYNTHETIC_COMMUNITIES = 60, 30, 6
_SYNTHETIC_AREA = 4
# A sheet holds a million rows, a county of this size fills most of that with posts.
LARGEST = 60_000


@dataclass(frozen=True, slots=True)
class Village:
    """One village or community. `index` is its place in the simulated county and never reaches a delivery."""

    index: int
    code: str
    name: str
    village_type: str
    township_code: str
    township_name: str
    managing_code: str
    managing_name: str
    area_name: str
    is_key: bool


def villages(count: int) -> Iterator[Village]:
    """The first `count` villages: a subset over all managing units, the county, or the county and invented units."""
    if not 1 <= count <= LARGEST:
        raise CunsheError(f"{count} villages cannot be simulated.", f"Choose a number from 1 to {LARGEST}.")
    county = _county()
    if count < COUNTY_SIZE:
        county = _subset(county, count)
    yield from county
    for index in range(COUNTY_SIZE, count):
        yield _synthetic(index)


def is_key_village(index: int) -> bool:
    """17 of every 190, evenly spread."""
    return (index + 1) * KEY_VILLAGES // COUNTY_SIZE != index * KEY_VILLAGES // COUNTY_SIZE


def is_first_of_unit(village: Village) -> bool:
    """Whether the village is the first of its managing unit, which any smaller county has too."""
    if village.index >= COUNTY_SIZE:
        return (village.index - COUNTY_SIZE) % _SYNTHETIC_UNITS == 0
    return village.code in _first_of_units()


@cache
def _first_of_units() -> frozenset[str]:
    return frozenset({one.managing_code: one.code for one in reversed(_county())}.values())


@cache
def _county() -> tuple[Village, ...]:
    with LISTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2020"]
    dropped = _dropped_communities(rows)
    rows = [row for row in rows if row["code"] not in dropped]
    managed = [_managing_unit(row, rows) for row in rows]
    areas = _area_names(managed)
    return tuple(
        Village(
            index,
            row["code"],
            row["name"],
            _village_type(row["code"]),
            row["town_code"],
            row["town_name"],
            *managed[index],
            areas[index],
            is_key_village(index),
        )
        for index, row in enumerate(rows)
    )


def _village_type(code: str) -> str:
    return "community" if code[9] in "04" else "village"


def _dropped_communities(rows: list[dict[str, str]]) -> set[str]:
    """The list has 54 communities, the county's account 39: the township with most gives up its last, again and again.

    Ties go to the lower township code. Which ones the account left out is not public; this choice is ours.
    """
    by_township: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if _village_type(row["code"]) == "community":
            by_township[row["town_code"]].append(row["code"])
    dropped: set[str] = set()
    while sum(map(len, by_township.values())) > COMMUNITIES:
        fullest = min(by_township, key=lambda town: (-len(by_township[town]), town))
        dropped.add(by_township[fullest].pop())
    return dropped


def _managing_unit(row: dict[str, str], rows: list[dict[str, str]]) -> tuple[str, str]:
    """The zone runs one community and seven villages that keep their township's code; the choice is invented."""
    first = [one["code"] for one in rows if one["town_code"] == ZONE_TOWNSHIP and one["code"][9] == "2"]
    if row["code"] == ZONE_COMMUNITY or row["code"] in first[:ZONE_VILLAGES]:
        return ZONE_CODE, ZONE_NAME
    return row["town_code"], row["town_name"]


def _area_names(managed: list[tuple[str, str]]) -> list[str]:
    """54 areas shared out among the managing units by size, each unit having one at least."""
    sizes: dict[str, int] = defaultdict(int)
    for code, _ in managed:
        sizes[code] += 1
    areas = dict.fromkeys(sizes, 1)
    while sum(areas.values()) < AREAS:
        areas[max(sizes, key=lambda code: (sizes[code] / areas[code], code))] += 1
    seen: dict[str, int] = defaultdict(int)
    names = []
    for code, name in managed:
        names.append(f"{name}第{seen[code] * areas[code] // sizes[code] + 1}片区")
        seen[code] += 1
    return names


def _subset(county: tuple[Village, ...], count: int) -> tuple[Village, ...]:
    """Round and round the managing units until there are enough, then in the county's order."""
    by_unit: dict[str, list[Village]] = defaultdict(list)
    for village in county:
        by_unit[village.managing_code].append(village)
    rounds = sorted((place, village.index) for unit in by_unit.values() for place, village in enumerate(unit))
    chosen = {index for _, index in rounds[:count]}
    return tuple(village for village in county if village.index in chosen)


def _synthetic(index: int) -> Village:
    unit = index - COUNTY_SIZE
    township, place = divmod(unit, _SYNTHETIC_UNITS)
    county, township = divmod(township, _SYNTHETIC_TOWNSHIPS)
    is_community = place < _SYNTHETIC_COMMUNITIES
    serial = place + 1 if is_community else 201 + place - _SYNTHETIC_COMMUNITIES
    prefix = f"{999901 + county}{township + 1:03d}"
    township_name = f"示例{county + 1}县第{township + 1}街道"
    return Village(
        index,
        f"{prefix}{serial:03d}",
        f"示例{place + 1}{'社区' if is_community else '村'}",
        "community" if is_community else "village",
        f"{prefix}000",
        township_name,
        f"{prefix}000",
        township_name,
        f"{township_name}第{place // _SYNTHETIC_AREA + 1}片区",
        is_key_village(index),
    )
