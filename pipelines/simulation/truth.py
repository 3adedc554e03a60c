"""The truth beside the deliveries: which row carries which defect, and the counts of every file.

Holds no name, number or text of a delivery. Belongs here: truth.csv, truth.json. Does not belong here: judging what the
gate found (tests do).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from pipelines.files import new_file, write_new

COLUMNS = ("department", "dataset", "delivery_date", "file", "sheet", "row", "column", "kind", "expected", "count")


@dataclass(frozen=True, order=True)
class TruthRow:
    """One defect of one row; `row` 0: the whole file (redacted columns, faults). `column` is the header as sent."""

    department: str
    dataset: str
    delivery_date: str
    file: str
    sheet: str
    row: int
    column: str
    kind: str
    expected: str
    count: int = 1


@dataclass
class FileTruth:
    """The counts of one delivered file."""

    department: str
    dataset: str
    week_index: int
    delivery_date: str
    file: str
    sheet: str
    rows: int = 0
    values_redacted: int = 0
    fault: str = ""
    defects: list[TruthRow] = field(default_factory=list)

    def note(self, row: int, column: str, kind: str, expected: str, count: int = 1) -> None:
        """Add a truth row of this file."""
        self.defects.append(
            TruthRow(
                self.department,
                self.dataset,
                self.delivery_date,
                self.file,
                self.sheet,
                row,
                column,
                kind,
                expected,
                count,
            )
        )

    def counts(self) -> dict[str, Any]:
        """What truth.json says about the file."""
        rows_quarantined = {one.row for one in self.defects if one.expected == "quarantined"}
        return {
            "department": self.department,
            "dataset": self.dataset,
            "week_index": self.week_index,
            "delivery_date": self.delivery_date,
            "file": self.file,
            "sheet": self.sheet,
            "rows": self.rows,
            "rows_quarantined": len(rows_quarantined),
            "values_redacted": self.values_redacted,
            "fault": self.fault,
            "defects": dict(sorted(Counter(one.kind for one in self.defects).items())),
        }


def write_truth(out: Path, summary: dict[str, Any], files: list[FileTruth]) -> None:
    """Write truth.csv (row empty where it is the whole file) and truth.json."""
    with TextIOWrapper(new_file(out / "truth.csv"), encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in sorted(one for truth in files for one in truth.defects):
            writer.writerow({**asdict(row), "row": row.row or ""})
    content = {**summary, "files": [one.counts() for one in files]}
    write_new(out / "truth.json", (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
