"""What only a whole row can tell: that it has slipped sideways, an ID number that contradicts what stands beside it, a row
that is there twice.

Belongs here: rules across the cells of a delivery that hold for every dataset. Does not belong here: single columns
(`columns`), rules of one dataset (`expectations/suites`).
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from pipelines.sources.columns import Typed, read_column
from pipelines.sources.contract import Column, Contract
from pipelines.sources.damaged_id import evidence_of
from pipelines.sources.layout import Layout
from pipelines.sources.reasons import Reason, reason

# Cells that fit the neighbouring column before a row counts as slipped; one may be a slip of the pen.
_SLIPPED_CELLS = 2


def slipped(
    chunk: pd.DataFrame, contract: Contract, layout: Layout, typed: dict[str, Typed], allow_unassigned_area: bool
) -> dict[int, list[str]]:
    """Rows whose cells have slipped: row → the columns (two at least) whose text fits the next column on one side."""
    unread = pd.DataFrame({name: one.problems.notna() & (one.problems != "REQUIRED_MISSING") for name, one in typed.items()})
    suspects = unread[unread.sum(axis=1) >= _SLIPPED_CELLS]
    if suspects.empty:
        return {}
    in_file = [name for header in chunk.columns for name, of in layout.headers.items() if of == header]
    found: dict[int, list[str]] = {}
    for order in (in_file, in_file[::-1]):
        fits = pd.DataFrame(False, index=suspects.index, columns=in_file)
        for name, next_name in pairwise(order):
            texts = chunk.loc[suspects.index[suspects[name]], layout.headers[name]]
            next_column = contract.column(next_name)
            if len(texts) and _tells(contract.column(name), next_column):
                read = read_column(next_column, texts, allow_unassigned_area)
                fits.loc[texts.index, name] = (read.problems.isna() & read.values.notna()).to_numpy()
        for row, columns in fits[fits.sum(axis=1) >= _SLIPPED_CELLS].iterrows():
            found.setdefault(int(str(row)), [str(name) for name in in_file if columns[name]])
    return found


def _tells(column: Column, next_column: Column) -> bool:
    """Whether it says something that a text fits the next column: not if that takes any text, or is of the same type."""
    return next_column.type != "text" and next_column.type != column.type


def id_conflicts(contract: Contract, values: pd.DataFrame) -> list[tuple[int, str]]:
    """(row, column) where the sex or month of birth typed is not the ID number's.

    Which of the two is wrong nobody can tell, and a number that belongs to somebody else would fasten this row to that
    person, so neither is preferred.
    """
    told = [column for column in contract.columns if column.told_by_id]
    if not told:
        return []
    numbers = values[next(column.name for column in contract.columns if column.type == "id_number")].dropna()
    found: list[tuple[int, str]] = []
    for column in told:
        typed = values[column.name].reindex(numbers.index)
        if column.told_by_id == "sex":
            odd = numbers.str[16].isin(list("13579"))
            conflict = ((typed == "1") & ~odd) | ((typed == "2") & odd)
        else:
            conflict = typed.notna() & (typed.dt.year * 100 + typed.dt.month != numbers.str[6:12].astype("int64"))
        found += [(int(row), column.name) for row in conflict.index[conflict.fillna(False).astype(bool)]]
    return found


def nobody_named(contract: Contract, values: pd.DataFrame) -> list[int]:
    """Rows of which no evidence says whom they are about: no number that says enough, and neither a name nor a post beside a
    village.

    Only where the contract requires no number: elsewhere a row without one is set aside for that.
    """
    kinds = {column.type: column for column in contract.identity_columns if column.name in ("id_number", "person_name")}
    number, village, post = kinds.get("id_number"), contract.evidence.get("village"), contract.evidence.get("position")
    if number is None or number.required or not number.may_be_damaged or village is None:
        return []
    texts = values[number.name]
    said = texts.dropna().drop_duplicates()
    enough = {text for text in said if evidence_of(text) is not None}
    numbered = texts.isin(list(enough))
    named = values["person_name"].notna()
    if post is not None:
        named |= values[post].notna()
    return [int(row) for row in values.index[~(numbered | (named & values[village].notna()))]]


def repeated(good: pd.DataFrame, contract: Contract, layout: Layout, sheet: str | None) -> list[Reason]:
    """Rows that repeat a whole row (the first stands), then rows that share a key with other content (none stands)."""
    # Only rows that share their key can repeat each other; the whole row is compared for those few.
    shared = good[good.duplicated(subset=list(contract.key), keep=False)]
    same_row = shared.duplicated(keep="first")
    rejects = [reason("ROW_REPEATED", sheet=sheet, row=int(row)) for row in shared.index[same_row]]
    distinct = shared[~same_row]
    same_key = distinct.duplicated(subset=list(contract.key), keep=False)
    key = "、".join(layout.labels[name] for name in contract.key)
    rejects += [
        reason("KEY_REPEATED", sheet=sheet, row=int(row), column=layout.labels[contract.key[0]], detail=key)
        for row in distinct.index[same_key]
    ]
    return rejects
