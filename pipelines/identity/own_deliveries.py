"""Datasets that this house delivers to itself: decisions and corrections, which land like any other.

Belongs here: a delivery's content as a department would write it, and what of a dataset has landed or waits in the inbox.
Does not belong here: what the rows mean (`review`, `corrections`), landing them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.landing.landed import Row, plain_rows
from pipelines.settings import Settings
from pipelines.sources.codes import code_tables
from pipelines.sources.columns.texts import formula_safe
from pipelines.sources.contract import Contract
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable


def inbox_folder(settings: Settings, contract: Contract) -> Path:
    """Where the deliveries of a dataset wait, by day."""
    return settings.inbox / contract.department / contract.dataset


def as_delivered(contract: Contract, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows by column as CSV: the contract's headers, and the Chinese labels of its codes."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(column.headers[0] for column in contract.columns)
    for row in rows:
        lines.writerow(_cell(row[column.name], column.codes) for column in contract.columns)
    return text.getvalue()


def waiting_rows(settings: Settings, contract: Contract) -> Iterator[Row]:
    """The good rows of the files in the inbox, landed or not; whoever sent the others hears of them by the return note."""
    for path in sorted(inbox_folder(settings, contract).glob("*/*")):
        if path.is_file() and not path.name.startswith((".", "~$")):
            try:
                read = interpret(read_table(path.read_bytes(), contract.known_headers), contract)
            except Unreadable:
                continue
            yield from plain_rows(pa.Table.from_pandas(read.landed, preserve_index=False))


def _cell(value: Any, codes: str | None) -> str:
    if value is None:
        return ""
    text = code_tables()[codes].labels.get(value, value) if codes else value
    return formula_safe(text.strip()) if isinstance(text, str) else str(text)
