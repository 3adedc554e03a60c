"""What the servers hold: the cells of the simulated files, word for word, under the contract's column names.

Belongs here: files → rows of texts. Does not belong here: how they are served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.simulation.formats import contract_of
from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable

# The column that says on which day a record was put there: the date of the folder that the file lies in.
PUSHED_ON = "pushed_on"


@dataclass(frozen=True)
class ServedRow:
    """One record: the day the department put it there, and its cells."""

    pushed_on: date
    cells: Mapping[str, str | None]


@dataclass(frozen=True)
class ServedTable:
    """All records of a dataset, oldest day first. `columns` are those of the cells, over all days."""

    columns: tuple[str, ...]
    rows: tuple[ServedRow, ...]


def served_table(deliveries: Path, name: str) -> ServedTable:
    """The records of the dataset `name` as the files under `deliveries` have them.

    A column of the contract gets the contract's name, one of the clerk's own keeps its header; an empty cell is NULL.
    """
    contract = contract_of(name)
    known = {header: column.name for column in contract.columns for header in column.headers}
    columns: dict[str, None] = {}
    rows: list[ServedRow] = []
    for path in sorted((deliveries / contract.department / contract.dataset).glob("*/*")):
        day = date.fromisoformat(path.parent.name)
        for cells in _records(path, known):
            columns.update(dict.fromkeys(cells))
            rows.append(ServedRow(day, cells))
    return ServedTable(tuple(columns), tuple(rows))


def _records(path: Path, known: Mapping[str, str]) -> list[dict[str, str | None]]:
    try:
        frame = read_table(path.read_bytes()).whole().rename(columns=known)
    except Unreadable as problem:
        raise CunsheError(
            f"{path.name} is damaged and cannot be served from a database: {problem}",
            "Simulate file faults only for datasets that are dropped as files.",
        ) from None
    return [{str(name): cell or None for name, cell in record.items()} for record in frame.to_dict("records")]
