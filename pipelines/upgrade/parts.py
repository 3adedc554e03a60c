"""Step: the parts of deliveries that landed before their contract had any, read from their rows and added to their records.

Belongs here: these records. Does not belong here: which delivery of a part is in force (`landing.ledger`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.files import write_whole
from pipelines.landing.landed import read_rows
from pipelines.landing.ledger import RECORD, Delivery, accepted, read_ledger
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.parts import rows_by_part

name = "parts"


def pending(settings: Settings) -> list[str]:
    """How many records say no parts."""
    count = sum(1 for _ in _without(settings))
    return [f"{count} records of deliveries get the townships of their rows."] if count else []


def apply(settings: Settings) -> None:
    """Add them, each record replaced in one step."""
    for contract, delivery in list(_without(settings)):
        rows = read_rows(settings.landing, delivery, [str(contract.part_column)]).to_pandas()
        whole = replace(delivery, parts=list(rows_by_part(contract, rows)))
        write_whole(delivery.folder(settings.landing) / RECORD, whole.to_json())


def _without(settings: Settings) -> Iterator[tuple[Contract, Delivery]]:
    for contract in load_catalog().values():
        if contract.part_column is not None:
            for delivery in accepted(read_ledger(settings.landing, contract)):
                if delivery.rows_landed and not delivery.parts:
                    yield contract, delivery
