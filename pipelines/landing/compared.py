"""What a delivery is compared with before it may take its place: what stands of its dataset, or of its parts.

Belongs here: reading that. Does not belong here: what follows from a comparison (`gate`), a suite's expectations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from expectations.compare import shares
from expectations.suite import Context, Suite
from pipelines.landing.gate import Standing
from pipelines.landing.landed import standing_rows
from pipelines.landing.ledger import Delivery, in_force
from pipelines.sources.contract import Contract
from pipelines.sources.parts import rows_by_part


@dataclass(frozen=True)
class Before:
    """What a delivery would replace: its rows (None where nothing has landed yet), those of each part, the deliveries they are
    of, and the columns whose shares the suite compares.
    """

    rows: int | None
    by_part: dict[str, int]
    standing: list[Standing]
    compared: pd.DataFrame | None

    def context(
        self, suite: Suite, delivery: Delivery, codes: frozenset[str] | None, codes_ever: frozenset[str] | None
    ) -> Context:
        """What the suite may compare the delivery with."""
        return Context(
            village_codes=codes,
            village_codes_ever=codes_ever,
            delivered_at=delivery.delivered_at,
            rows_before=self.rows,
            shares_before=None if self.compared is None else shares(suite, self.compared),
        )


def stands_before(
    landing: Path, contract: Contract, suite: Suite, known: list[Delivery], parts: Iterable[str]
) -> Before:
    """What stands of these parts (of all, where the dataset has none) by the deliveries `known`, oldest first."""
    place = contract.place_column if contract.kind == "snapshot" else None
    compared = {column for column, _ in suite.shares}
    columns = sorted(compared | ({place} if place else set()))
    newest = in_force(known)
    if newest is None or not columns:
        return Before(newest.rows_landed if newest else None, {}, [], None)
    tables = standing_rows(landing, contract, known, columns, of=parts)
    if not tables:
        return Before(None, {}, [], None)
    is_needed = bool(compared) or contract.part_column is not None  # else its villages are all that is asked
    frame = pd.concat([table.to_pandas() for _, table in tables], ignore_index=True) if is_needed else pd.DataFrame()
    return Before(
        rows=sum(len(table) for _, table in tables),
        by_part=rows_by_part(contract, frame),
        standing=[Standing(tuple(table[place].unique().to_pylist()), _came(of, known)) for of, table in tables] if place else [],
        compared=frame if compared else None,
    )


def _came(standing: Delivery, known: list[Delivery]) -> tuple[tuple[date, str], ...]:
    """The days and files in which a delivery came, its repeats too."""
    name = standing.delivery_id
    return tuple(
        (delivery.delivered_at, delivery.file_name)
        for delivery in known
        if name in (delivery.delivery_id, delivery.duplicate_of)
    )
