"""Township codes that mean one township in one system and another in the next: never joined on.

Belongs here: two systems of township codes side by side. Does not belong here: which village lies where (`history`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.identity.villages.shapes import Entry, Listing, Problem


@dataclass(frozen=True, slots=True)
class TownshipMatch:
    """One township code in two systems. Only `same` may be joined on; `refused`: one code, two townships."""

    code: str
    name: str | None
    other_name: str | None
    verdict: str  # same | refused | only_here | only_there
    other_code: str | None  # the code under which the other system has this name

    def as_json(self) -> dict[str, Any]:
        """All fields by name."""
        return asdict(self)


def match_townships(here: Mapping[str, str], there: Mapping[str, str]) -> list[TownshipMatch]:
    """Two systems of township codes (code to name) beside each other, by code."""
    code_of = {name: code for code, name in there.items()}
    matches = []
    for code in sorted({**here, **there}):
        name, other = here.get(code), there.get(code)
        matches.append(TownshipMatch(code, name, other, _verdict(name, other), code_of.get(name or "")))
    return matches


def joinable_townships(here: Mapping[str, str], there: Mapping[str, str]) -> frozenset[str]:
    """The township codes that mean one township in both systems; an error names those that do not.

    Whoever joins two departments on the township code asks this first: a code that two systems give to two townships
    would link the villages of one to the figures of the other without a sign.
    """
    matches = match_townships(here, there)
    refused = [one for one in matches if one.verdict == "refused"]
    if refused:
        named = "; ".join(f"{one.code}: {one.name} / {one.other_name}" for one in refused)
        raise CunsheError(
            f"{len(refused)} township codes mean different townships in the two systems: {named}",
            "Join on the name within the county, or have one department send the codes of the other.",
        )
    return frozenset(one.code for one in matches if one.verdict == "same")


def _verdict(name: str | None, other: str | None) -> str:
    if name is None or other is None:
        return "only_there" if name is None else "only_here"
    return "same" if name == other else "refused"


def read_two_systems(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Township code to name in both systems of a CSV file with the columns town_code and two that end in `_name`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        here, there = [name for name in rows[0] if name.endswith("_name")]
        ours, theirs = ({row["town_code"]: row[name] for row in rows if row[name]} for name in (here, there))
        return ours, theirs
    except (OSError, ValueError, IndexError, KeyError) as problem:
        raise CunsheError(
            f"{path} cannot be read as township codes in two systems: {problem}",
            "Give a CSV file in UTF-8 with the columns town_code and two that end in _name.",
        ) from None


def township_problems(listings: Sequence[Listing]) -> Iterator[Problem]:
    """Codes of townships that lists give to two townships: within one list, or after a list as if codes were swapped."""
    before: dict[str, str] = {}
    for listing in sorted(listings, key=lambda one: one.delivered_at):
        now: dict[str, str] = {}
        for code, name in _townships(listing.entries.values()):
            if now.setdefault(code, name) != name:
                yield Problem(code, f"{listing.delivered_at}的名录中，镇街代码{code}既是{now[code]}又是{name}")
        for one in match_townships(before, now):
            if one.verdict == "refused" and one.other_code is not None:
                yield Problem(
                    one.code,
                    f"{listing.delivered_at}的名录中，镇街代码{one.code}由{one.name}改为{one.other_name}，"
                    f"而{one.name}用了代码{one.other_code}，可能混用了两套代码",
                )
        before = now


def _townships(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    pairs = {(one.township_code, one.township_name) for one in entries}
    return ((code, name) for code, name in sorted(pairs, key=str) if code and name)
