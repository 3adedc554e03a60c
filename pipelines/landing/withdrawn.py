"""What landed before and turns out to be what must not be shared: a matter that is an accusation (检举控告) now.

Belongs here: finding such rows by their key and noting their places. Does not belong here: dropping rows (`sources`).

Of the dropped row nothing is written. But an earlier version of the matter, sent when it was none, would go on standing
for it: so the delivery notes the places (delivery and row) of the earlier versions, and no build sees these any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipelines.landing.landed import read_rows
from pipelines.landing.ledger import Delivery, accepted
from pipelines.sources.contract import Contract
from pipelines.sources.row_key import table_keys

WITHDRAWN = "withdrawn.json"
Place = tuple[str, int]


def withdrawn_rows(
    landing: Path, contract: Contract, known: list[Delivery], delivery: Delivery, keys: frozenset[str]
) -> list[Place]:
    """(delivery, row) of the rows with one of these keys that landed with the deliveries before this one."""
    if not keys or contract.kind != "events":  # of a snapshot only the newest delivery counts anyway
        return []
    columns = [*contract.key, "_row"]
    return [
        (earlier.delivery_id, row)
        for earlier in accepted(known)
        if earlier.delivered_at <= delivery.delivered_at
        for row, key in table_keys(contract, read_rows(landing, earlier, columns)).items()
        if key in keys
    ]


def withdrawn_places(landing: Path, deliveries: Iterable[Delivery]) -> list[Place]:
    """The places that these deliveries have withdrawn."""
    files = (delivery.folder(landing) / WITHDRAWN for delivery in deliveries)
    return [(str(name), int(row)) for file in files if file.exists() for name, row in json.loads(file.read_text("utf-8"))]
