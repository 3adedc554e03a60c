"""What only the linking can see is wrong with a delivery: a block of numbers in the wrong rows, one number of two people.

Belongs here: keeping these findings beside the ledger and reading them for the return notes. Does not belong here: finding them
(`identity`). A finding is a file of its own under `landing/<department>/<dataset>/findings/`, like what a person decides about a
delivery: the delivery's own record never changes. None holds a cell's value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.files import write_whole
from pipelines.sources.contract import Contract
from pipelines.sources.reasons import Reason

_FOLDER = "findings"
_PLACE = ("code", "row_no", "column_name")


def keep_findings(
    landing: Path, contract: Contract, delivery_id: str, reasons: Iterable[Reason], found_on: date
) -> None:
    """Keep what was found wrong with a delivery as of a day. What was known by then stays as it is, so that a replay changes
    nothing."""
    path = landing / contract.department / contract.dataset / _FOLDER / f"{delivery_id}.json"
    known = json.loads(path.read_bytes()) if path.exists() else []
    by_place = {tuple(row[name] for name in _PLACE): row for row in known}
    for why in reasons:
        row = {
            "code": why.code, "row_no": why.row, "column_name": why.column, "message_zh": why.zh, "fix_zh": why.fix_zh,
            "found_on": found_on.isoformat(),
        }  # fmt: skip
        place = tuple(row[name] for name in _PLACE)
        if place not in by_place or str(by_place[place]["found_on"]) > found_on.isoformat():
            by_place[place] = row
    rows = sorted(by_place.values(), key=lambda row: (row["row_no"] or 0, row["code"]))
    if rows != known:
        write_whole(path, json.dumps(rows, ensure_ascii=False, indent=1).encode())


def findings_of(landing: Path, department: str, dataset: str, delivery_id: str, until: date) -> list[dict[str, Any]]:
    """What was found wrong with a delivery up to a day: code, row_no, column_name, message_zh, fix_zh."""
    path = landing / department / dataset / _FOLDER / f"{delivery_id}.json"
    if not path.exists():
        return []
    return [row for row in json.loads(path.read_bytes()) if row["found_on"] <= until.isoformat()]
