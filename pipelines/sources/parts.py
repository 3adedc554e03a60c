"""The parts that a snapshot comes in, where its contract says `parts: township`: which rows belong to which.

Belongs here: a row's part. Does not belong here: which delivery of a part is in force (`landing.ledger`), reading several
tables as one delivery (`reading`).
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sources.contract import PART_DIGITS, Contract


def rows_by_part(contract: Contract, rows: pd.DataFrame) -> dict[str, int]:
    """Part (its township's code, 9 digits) → landed rows of it, in the order of the codes; empty where there are no parts."""
    if contract.part_column is None:
        return {}
    counts = rows[contract.part_column].str[:PART_DIGITS].value_counts()
    return {str(part): int(count) for part, count in sorted(counts.items())}


def of_parts(contract: Contract, rows: pa.Table, parts: frozenset[str] | None) -> pa.Table:
    """The landed rows that belong to these parts; all of them where `parts` is None."""
    if contract.part_column is None or parts is None:
        return rows
    codes = pc.utf8_slice_codeunits(rows[contract.part_column].cast(pa.string()), 0, PART_DIGITS)
    return rows.filter(pc.is_in(codes, pa.array(sorted(parts), pa.string())))
