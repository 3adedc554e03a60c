"""The ledger of deliveries: what arrived, when, what became of it. The folders under `landing/` are the ledger.

Belongs here: a delivery's record and finding the ones in force. Does not belong here: deciding a verdict (`gate`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pipelines.sources.contract import Contract

FORMAT = 2  # of delivery.json. 2: `parts`, which the upgrade adds to records of before where the contract has parts
Verdict = Literal["accepted", "held", "duplicate"]

RECORD, ROWS, QUARANTINE, QUALITY = "delivery.json", "rows.parquet", "quarantine.parquet", "quality.json"


@dataclass(frozen=True)
class Delivery:
    """One delivery's record. Counts are rows, `values_redacted` is cells of forbidden columns.

    `parts` are those that its rows belong to, where the contract has parts (else none). `holds` says of a held one what
    `reasons_zh` says in words: code, sheet, row, column, zh, fix_zh. `released_by` and `release_reason` stand where a named
    person let it pass a hold (`release`). `own_name` is a fingerprint of the file's name where that is not what is shown
    (`file_name`): two such files may be shown alike.
    """

    delivery_id: str
    department: str
    dataset: str
    delivered_at: date
    landed_at: datetime
    verdict: Verdict
    sha256: str
    file_name: str
    contract_version: int
    rows_read: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    values_redacted: int = 0
    duplicate_of: str | None = None
    reasons_zh: list[str] = field(default_factory=list)
    reasons_en: list[str] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    released_by: str | None = None
    release_reason: str | None = None
    own_name: str | None = None
    parts: list[str] = field(default_factory=list)

    @property
    def order(self) -> tuple[date, datetime, str]:
        """Which of two deliveries is newer: by delivery date, then by when we landed it."""
        return (self.delivered_at, self.landed_at, self.delivery_id)

    def folder(self, landing: Path) -> Path:
        return landing / self.department / self.dataset / self.delivery_id

    def to_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1, default=_iso).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Delivery:
        values: dict[str, Any] = json.loads(content)
        values.pop("format", FORMAT)
        values["delivered_at"] = date.fromisoformat(values["delivered_at"])
        values["landed_at"] = datetime.fromisoformat(values["landed_at"])
        return cls(**values)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def read_ledger(landing: Path, contract: Contract, until: date | None = None) -> list[Delivery]:
    """A dataset's deliveries, oldest first, up to and including the day `until`."""
    root = landing / contract.department / contract.dataset
    records = [Delivery.from_json(path.read_bytes()) for path in root.glob(f"*/{RECORD}")]
    return sorted(
        (record for record in records if until is None or record.delivered_at <= until),
        key=lambda record: record.order,
    )


def read_whole_ledger(landing: Path, contracts: Iterable[Contract], until: date) -> list[Delivery]:
    """The deliveries of all datasets up to and including `until`."""
    return [delivery for contract in contracts for delivery in read_ledger(landing, contract, until)]


def accepted(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Those that landed, in the order given."""
    return [delivery for delivery in deliveries if delivery.verdict == "accepted"]


def parts_in_force(deliveries: Iterable[Delivery]) -> dict[str | None, Delivery]:
    """Which accepted delivery a snapshot dataset stands by: of each part the newest that has it.

    A dataset without parts is one part, None. `deliveries` are a dataset's, oldest first. dbt asks the same of the same
    records in `int_delivery__in_force_week`, for every week.
    """
    standing: dict[str | None, Delivery] = {}
    for delivery in accepted(deliveries):
        parts: list[str | None] = [*delivery.parts] or [None]
        standing |= dict.fromkeys(parts, delivery)
    return standing


def in_force(deliveries: Iterable[Delivery]) -> Delivery | None:
    """The newest delivery in force: the only one, where there are no parts; None if there is none."""
    return max(parts_in_force(deliveries).values(), key=lambda delivery: delivery.order, default=None)


def last_good_day(deliveries: list[Delivery]) -> date | None:
    """The last day on which the department showed that all that is in force holds; of several parts, that of the oldest.

    That of a part is its delivery's own date, or the date of a later delivery that was the same bytes again.
    """
    days = [
        max(
            delivery.delivered_at
            for delivery in deliveries
            if standing.delivery_id in (delivery.delivery_id, delivery.duplicate_of)
        )
        for standing in parts_in_force(deliveries).values()
    ]
    return min(days, default=None)
