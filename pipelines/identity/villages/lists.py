"""Two yearly lists of villages side by side: every unit accounted for, none lost.

Belongs here: comparing lists of codes and names that come without any record of change. Does not belong here: deciding
what became of a village.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.identity.villages.proposals import Proposal, proposals
from pipelines.identity.villages.shapes import Entry, Listing

_COLUMNS = {"year", "code", "name", "town_code", "town_name"}


@dataclass(frozen=True)
class YearPair:
    """What became of every unit from one list to the next; the parts hold codes, old ones but for `new`."""

    earlier: int
    later: int
    units_earlier: int
    units_later: int
    same: tuple[str, ...]
    renamed: tuple[str, ...]  # the code stays, the name does not
    recoded: tuple[tuple[str, str], ...]  # the name stays, and nothing else bears it
    gone: tuple[str, ...]
    new: tuple[str, ...]
    proposals: tuple[Proposal, ...]

    @property
    def lost(self) -> int:
        """Units that are in a list and in no part, of both lists; 0, or the account is wrong."""
        kept = len(self.same) + len(self.renamed) + len(self.recoded)
        return abs(self.units_earlier - kept - len(self.gone)) + abs(self.units_later - kept - len(self.new))

    @property
    def unproposed(self) -> tuple[str, ...]:
        """Units that are gone, new or recoded and in no proposal, not even as without candidate; empty, or it is wrong."""
        named = {one.old_code for one in self.proposals} | {one.new_code for one in self.proposals}
        moved = [code for pair in self.recoded for code in pair]
        return tuple(code for code in (*self.gone, *self.new, *moved) if code not in named)

    def as_json(self) -> dict[str, Any]:
        """Counts and proposals."""
        counts = {name: len(getattr(self, name)) for name in ("same", "renamed", "recoded", "gone", "new")}
        return {
            "earlier": self.earlier, "later": self.later, "units_earlier": self.units_earlier,
            "units_later": self.units_later, **counts, "lost": self.lost, "unproposed": list(self.unproposed),
            "pairs_proposed": sum(1 for one in self.proposals if one.old_code and one.new_code),
            "without_candidate": sum(1 for one in self.proposals if not (one.old_code and one.new_code)),
            "proposals": [asdict(one) for one in self.proposals],
        }  # fmt: skip


def read_lists(path: Path) -> dict[int, Listing]:
    """Yearly lists from a CSV file with the columns year, code, name, town_code, town_name; cut on 30 June each year."""
    entries: dict[int, dict[str, Entry]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(reader.fieldnames or ()) >= _COLUMNS:
                raise ValueError(f"columns {', '.join(sorted(_COLUMNS - set(reader.fieldnames or ())))} are missing")
            for row in reader:
                year, code = int(row["year"]), row["code"]
                if code in entries[year]:
                    raise ValueError(f"code {code} is in the list of {year} twice")
                entries[year][code] = Entry(
                    code, row["name"], township_code=row["town_code"], township_name=row["town_name"]
                )
    except (OSError, ValueError) as problem:
        raise CunsheError(
            f"{path} cannot be read as yearly lists of villages: {problem}",
            f"Give a CSV file in UTF-8 with the columns {', '.join(sorted(_COLUMNS))}.",
        ) from None
    return {year: Listing(date(year, 6, 30), entries[year]) for year in sorted(entries)}


def compare_years(lists: Mapping[int, Listing]) -> list[YearPair]:
    """Every list beside the one before it."""
    years = sorted(lists)
    return [_compared(years[place], year, lists) for place, year in enumerate(years[1:])]


def _compared(earlier: int, later: int, lists: Mapping[int, Listing]) -> YearPair:
    was, now = lists[earlier].entries, lists[later].entries
    both = sorted(was.keys() & now.keys())
    gone, new = sorted(was.keys() - now.keys()), sorted(now.keys() - was.keys())
    recoded = _recoded(was, now, gone, new)
    moved = {code for pair in recoded for code in pair}
    return YearPair(
        earlier, later, len(was), len(now),
        same=tuple(code for code in both if was[code].name == now[code].name),
        renamed=tuple(code for code in both if was[code].name != now[code].name),
        recoded=tuple(recoded),
        gone=tuple(code for code in gone if code not in moved),
        new=tuple(code for code in new if code not in moved),
        proposals=tuple(proposals(lists[earlier], lists[later], ())),
    )  # fmt: skip


def _recoded(
    was: Mapping[str, Entry], now: Mapping[str, Entry], gone: list[str], new: list[str]
) -> list[tuple[str, str]]:
    """Pairs of one name under another code, where no other unit of either list bears the name."""
    bearers = (Counter(one.name for one in was.values()), Counter(one.name for one in now.values()))
    by_name = {now[code].name: code for code in new}
    return [
        (code, by_name[was[code].name])
        for code in gone
        if was[code].name in by_name and all(count[was[code].name] == 1 for count in bearers)
    ]
