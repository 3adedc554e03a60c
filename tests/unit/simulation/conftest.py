"""One default county for all tests of the room, and a reader of deliveries that shares no code with the project's."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from pipelines.simulation import SimulationSummary, simulate

_GB18030 = ("villages", "candidates", "public_security", "voter_registration", "party_rolls", "reserve_cadres")


@dataclass(frozen=True)
class Sent:
    """A delivery as rows of texts by header; row 2 of the file is rows[0]."""

    department: str
    dataset: str
    day: str
    path: Path
    headers: list[str]
    rows: list[dict[str, str]]

    def cell(self, row: int, column: str) -> str:
        return self.rows[row - 2][column]


def read(path: Path) -> Sent:
    department, dataset, day = path.parts[-4:-1]
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        table = [[_text(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    else:
        encoding = "gb18030" if dataset in _GB18030 or department in _GB18030 else "utf-8-sig"
        table = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))
    headers = table[0]
    rows = [dict(zip(headers, [*row, *[""] * (len(headers) - len(row))], strict=True)) for row in table[1:]]
    return Sent(department, dataset, day, path, headers, rows)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return cell.date().isoformat() if hasattr(cell, "date") else str(cell)


@dataclass(frozen=True)
class County:
    out: Path
    summary: SimulationSummary
    sent: dict[tuple[str, str, str], Sent]
    truth: list[dict[str, str]]

    def of(self, name: str) -> list[Sent]:
        """The deliveries of `<department>__<dataset>` in the order of their dates."""
        found = [one for one in self.sent.values() if f"{one.department}__{one.dataset}" == name]
        return sorted(found, key=lambda one: one.day)

    def spoiled(self, sent: Sent) -> set[int]:
        """Rows that carry a defect of any kind."""
        key = (sent.department, sent.dataset, sent.day)
        return {
            int(row["row"])
            for row in self.truth
            if row["row"] and (row["department"], row["dataset"], row["delivery_date"]) == key
        }

    def clean(self, sent: Sent) -> list[dict[str, str]]:
        spoiled = self.spoiled(sent)
        return [row for number, row in enumerate(sent.rows, start=2) if number not in spoiled]


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """The default county, two weeks."""
    out = tmp_path_factory.mktemp("county")
    summary = simulate(out)
    sent = [read(path) for path in sorted(out.glob("*/*/*/*"))]
    with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    return County(out, summary, {(one.department, one.dataset, one.day): one for one in sent}, truth)
