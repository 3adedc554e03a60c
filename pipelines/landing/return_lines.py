"""What a department must still mend: the lines of its return notes, derived from the ledger and the quarantine files.

Belongs here: when a line opens, moves to a newer file, and closes. Does not belong here: the workbook (`return_notes`),
counting per department (dbt). There is no second store: the same ledger, with what the linking found (`findings`), always gives
the same lines.

A delivery *supersedes* an earlier one if it stands in its place: every later delivery of a snapshot does; of a snapshot that
comes in parts, a later one of the same name, or the last of those that have all its parts; of events, a later one of the same
file (same name, with a date in it, or the same day).

- A line opens on its delivery's date, once per finding of a set-aside row and per reason of a held delivery.
- Where a superseding delivery has the same finding again (same key where the key is known, else same code and column),
  it is the same line: it moves to its new place and keeps the day it opened. Rows that cannot be told apart: the oldest stay.
- Where a superseding delivery is accepted without it, the line closes. Of events and parts it also closes when an accepted
  delivery lands its key; a row set aside as the copy of one that landed with the same delivery opens none. A duplicate changes
  nothing.
- Whatever else stays open until a named person closes it (`release`): a line is never closed by a guess.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.landing.findings import findings_of
from pipelines.landing.landed import read_quarantine, read_rows
from pipelines.landing.ledger import Delivery
from pipelines.landing.release import closings
from pipelines.sources.contract import Contract
from pipelines.sources.row_key import table_keys

_UNKNOWN_HOLD = "HELD"
_COPY = "ROW_REPEATED"
# A name that is in use every week does not say which file it is; one with a date does.
_DATE = re.compile(r"20\d{2}[-_.年]?\d{1,2}[-_.月]?\d{1,2}")


@dataclass(frozen=True)
class Line:
    """One thing to mend, at the place where it was last seen. Never holds a cell's value."""

    delivery_id: str
    department: str
    dataset: str
    delivered_at: date
    file_name: str
    sheet: str | None
    row_no: int | None
    column_name: str | None
    code: str
    message_zh: str
    fix_zh: str
    opened_on: date
    key: str | None = None
    closed_on: date | None = None
    closed_by_delivery_id: str | None = None

    @property
    def finding(self) -> tuple[str | None, str | None, str]:
        """What makes two lines of different files the same finding."""
        return (self.key, self.column_name, self.code)

    def age(self, day: date) -> int:
        """Days it has been open on `day`, or was until it closed."""
        return ((self.closed_on or day) - self.opened_on).days


def return_lines(landing: Path, contract: Contract, deliveries: list[Delivery], until: date) -> list[Line]:
    """All lines of a dataset, closed ones included, as of the day `until`. `deliveries` is its ledger, oldest first."""
    seen = [one for one in deliveries if one.verdict != "duplicate" and one.delivered_at <= until]
    standing: list[Line] = []
    closed: list[Line] = []
    parts_left = _PartsLeft()
    by_key = contract.kind == "events" or contract.parts is not None
    for delivery in seen:
        found = _lines_of(landing, delivery, until)
        if contract.parts is not None:
            gone = parts_left.replaced_by(delivery)
            replaced = {line.delivery_id for line in standing if line.delivery_id in gone or line.file_name == delivery.file_name}
        elif contract.kind == "snapshot":
            replaced = {line.delivery_id for line in standing}
        else:
            replaced = {line.delivery_id for line in standing if _same_file(delivery, line)}
        standing, found = _carried(standing, found, replaced)
        if delivery.verdict == "accepted":
            keyed = by_key and any(line.key for line in (*standing, *found))
            landed = _landed_keys(landing, contract, delivery) if keyed else frozenset[str]()
            mended = [line for line in standing if line.delivery_id in replaced or line.key in landed]
            standing = [line for line in standing if not (line.delivery_id in replaced or line.key in landed)]
            closed += [
                replace(line, closed_on=delivery.delivered_at, closed_by_delivery_id=delivery.delivery_id)
                for line in mended
            ]
            # A repeated row of which one copy landed leaves nothing to mend; a row of its key that says something else does.
            found = [line for line in found if line.code != _COPY or line.key not in landed]
        standing += found
    by_hand = {one: day for one, day in closings(landing, contract).items() if day <= until}
    standing = [
        replace(line, closed_on=by_hand[line.delivery_id]) if line.delivery_id in by_hand else line for line in standing
    ]
    return sorted(closed + standing, key=lambda line: (line.delivered_at, line.delivery_id, line.row_no or 0))


class _PartsLeft:
    """Of the deliveries of a dataset with parts: which parts nothing later has replaced yet."""

    def __init__(self) -> None:
        self._left: dict[str, set[str]] = {}
        self._known: set[str] = set()

    def replaced_by(self, delivery: Delivery) -> set[str]:
        """The earlier deliveries of which this one leaves no part; one that could not be read is of any of the parts known."""
        parts = set(delivery.parts)
        gone = {name for name, left in self._left.items() if left and left <= parts}
        if delivery.verdict == "accepted":
            self._left = {name: left - parts for name, left in self._left.items() if name not in gone}
            self._known |= parts
        self._left[delivery.delivery_id] = parts or set(self._known)
        return gone


def _same_file(new: Delivery, line: Line) -> bool:
    same_day = new.delivered_at == line.delivered_at
    return new.file_name == line.file_name and (same_day or bool(_DATE.search(line.file_name)))


def _carried(standing: list[Line], found: list[Line], replaced: set[str]) -> tuple[list[Line], list[Line]]:
    """Give the findings that were open already the day they opened; returns the open lines left and the new places."""
    waiting: dict[tuple[str | None, str | None, str], deque[Line]] = defaultdict(deque)
    for line in sorted(standing, key=lambda line: line.opened_on):
        # Of events a known key is the same record in whatever file it comes.
        if line.delivery_id in replaced or line.key is not None:
            waiting[line.finding].append(line)
    moved: set[int] = set()
    placed = []
    for line in found:
        before = waiting[line.finding].popleft() if waiting[line.finding] else None
        if before is not None:
            moved.add(id(before))
        placed.append(replace(line, opened_on=before.opened_on) if before else line)
    return [line for line in standing if id(line) not in moved], placed


def _lines_of(landing: Path, delivery: Delivery, until: date) -> list[Line]:
    return [
        *(_line(delivery, **_held_for(hold)) for hold in _holds(delivery)),
        *(
            _line(delivery, row["code"], row["message_zh"], row.get("fix_zh") or "", row["sheet"], row["row_no"],
                  row["column_name"], row.get("key"))
            for row in read_quarantine(landing, delivery)
        ),
        *(
            _line(delivery, row["code"], row["message_zh"], row["fix_zh"], None, row["row_no"], row["column_name"])
            for row in findings_of(landing, delivery.department, delivery.dataset, delivery.delivery_id, until)
        ),
    ]  # fmt: skip


def _holds(delivery: Delivery) -> list[dict[str, Any]]:
    """Why it is held; records of before this was kept apart have the words only."""
    if delivery.verdict != "held" or delivery.holds:
        return delivery.holds
    return [{"code": _UNKNOWN_HOLD, "zh": "；".join(delivery.reasons_zh), "fix_zh": ""}]


def _held_for(hold: dict[str, Any]) -> dict[str, Any]:
    names = {"code": "code", "zh": "message_zh", "fix_zh": "fix_zh", "sheet": "sheet", "row": "row_no", "column": "column_name"}
    return {ours: hold.get(theirs) for theirs, ours in names.items()}


def _line(
    delivery: Delivery, code: str, message_zh: str, fix_zh: str,
    sheet: str | None = None, row_no: int | None = None, column_name: str | None = None, key: str | None = None,
) -> Line:  # fmt: skip
    return Line(
        delivery.delivery_id, delivery.department, delivery.dataset, delivery.delivered_at, delivery.file_name,
        sheet, row_no, column_name, code, message_zh, fix_zh, delivery.delivered_at, key,
    )  # fmt: skip


def _landed_keys(landing: Path, contract: Contract, delivery: Delivery) -> frozenset[str]:
    columns = [*contract.key, "_row"]
    return frozenset(table_keys(contract, read_rows(landing, delivery, columns)).values())


def open_lines(lines: Iterable[Line]) -> list[Line]:
    """Those nobody has mended yet, the oldest first."""
    return sorted((line for line in lines if line.closed_on is None), key=lambda line: line.opened_on)
