"""A row's key as a fingerprint, to find the same record again in a later delivery without keeping its values.

Belongs here: fingerprints of keys without identity columns. Does not belong here: identities; a number of few
possibilities such as an ID or telephone number can be guessed from its hash, so a key that has one gives none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from pipelines.sources.contract import Contract


def has_fingerprint(contract: Contract) -> bool:
    """Whether the key of this dataset may be kept as a fingerprint: none of its columns is an identity column."""
    return not any(contract.column(name).identity for name in contract.key)


def frame_keys(contract: Contract, rows: pd.DataFrame) -> dict[int, str]:
    """Row number → fingerprint, for typed rows whose index is the sender's row number and whose key is whole."""
    if rows.empty or not has_fingerprint(contract):
        return {}
    whole = rows[list(contract.key)].dropna()
    columns = [pa.array(whole[name], from_pandas=True).to_pylist() for name in contract.key]
    return {int(row): _fingerprint(values) for row, values in zip(whole.index, zip(*columns, strict=True), strict=True)}


def table_keys(contract: Contract, landed: pa.Table) -> dict[int, str]:
    """The same for landed rows (their row number is the column `_row`)."""
    if not has_fingerprint(contract):
        return {}
    columns = [landed[name].to_pylist() for name in contract.key]
    rows = zip(landed["_row"].to_pylist(), zip(*columns, strict=True), strict=True)
    return {row: _fingerprint(values) for row, values in rows if None not in values}


def _fingerprint(values: Iterable[object]) -> str:
    """Sixteen hex digits. A whole number is the same whether a column of it came as float or as integer."""
    texts = [str(int(one)) if isinstance(one, float) and one.is_integer() else str(one) for one in values]
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]
