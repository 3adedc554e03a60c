"""Strict reading: a table of texts → landed rows, identities apart, and everything that was set aside with its reason.

Every column is consumed by the contract, ignored by name, dropped as forbidden, or reported; every row lands or is set
aside with a reason; nothing is repaired. Belongs here: what the contract alone can judge. Does not belong here: rules
across columns (`expectations/suites`), volumes against the last delivery (`landing.gate`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipelines.sources.columns import Typed, plain_text, read_column
from pipelines.sources.contract import Contract
from pipelines.sources.headers import normal_header
from pipelines.sources.reading import RawTable
from pipelines.sources.reasons import Reason, Unreadable, reason
from pipelines.sources.row_key import frame_keys

# A column none of whose values can be read has changed its meaning; below this many values it may be chance.
_TYPE_CHANGE_FROM = 20


@dataclass
class Interpretation:
    """What a delivery says, once read.

    `landed` and `identities` share their index (the sender's row number) and hold the good rows only; `rejects` has one
    line per finding; `notes` are reported and change nothing; `keys` are the fingerprints of set-aside rows whose key could
    be read, by row.
    """

    contract: Contract
    sheet: str | None
    rows_read: int
    landed: pd.DataFrame
    identities: pd.DataFrame
    values_redacted: int
    rejects: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)

    @property
    def rows_rejected(self) -> int:
        return len({reject.row for reject in self.rejects})

    def set_aside(self, rejects: list[Reason]) -> None:
        """Move the rows that `rejects` speak of from the good rows to the set-aside ones."""
        rows = list({reject.row for reject in rejects} & set(self.landed.index))
        self.rejects.extend(rejects)
        self.keys |= frame_keys(self.contract, self.landed.loc[rows])
        self.landed = self.landed.drop(index=rows)
        self.identities = self.identities.loc[self.landed.index]


def interpret(raw: RawTable, contract: Contract, *, allow_unassigned_area: bool = False) -> Interpretation:
    """Read a raw table by its contract, piece by piece.

    Raises Unreadable when the whole delivery must be held: a column is missing or none of its values is of its type.
    """
    headers = _match_headers(raw, contract)
    # In words for the department a column has its agreed header.
    said = {name: contract.column(name).headers[0] if header == name else header for name, header in headers.items()}
    forbidden = [header for header in raw.header if normal_header(header) in map(normal_header, contract.forbidden_headers)]
    landed = [column.name for column in contract.landed_columns]
    hidden = [column.name for column in contract.identity_columns]
    tally = {column.name: _Tally() for column in contract.columns}
    result = Interpretation(contract, raw.sheet, 0, pd.DataFrame(), pd.DataFrame(), 0)
    pieces: list[pd.DataFrame] = []
    for chunk in raw.chunks:
        typed = {
            column.name: read_column(column, chunk[headers[column.name]], allow_unassigned_area)
            for column in contract.columns
        }
        for name, one in typed.items():
            tally[name].add(chunk[headers[name]], one)
        rejects = _cell_rejects(raw, contract, said, typed)
        values = pd.DataFrame({name: one.values for name, one in typed.items()}, index=chunk.index)
        wrong = list({reject.row for reject in rejects})
        result.keys |= frame_keys(contract, values.loc[wrong])
        pieces.append(values.drop(index=wrong))
        result.rows_read += len(chunk)
        result.values_redacted += sum(int(plain_text(chunk[header]).notna().sum()) for header in forbidden)
        result.rejects += rejects
    _refuse_changed_types(raw, contract, said, tally)
    good = pd.concat(pieces)
    result.landed, result.identities = good[landed], good[hidden]
    result.rows_read += len({one.row for one in raw.rejects})
    result.rejects += raw.rejects
    result.notes = [*raw.notes, *_unknown_columns(raw, contract, set(headers.values()))]
    result.set_aside(_repeated(good, contract, said, raw.sheet))
    return result


@dataclass
class _Tally:
    """How many cells of a column are filled and how many of these cannot be read."""

    filled: int = 0
    wrong: int = 0
    first_row: int = 0

    def add(self, texts: pd.Series, typed: Typed) -> None:
        filled = plain_text(texts).notna()
        if self.filled == 0 and filled.any():
            self.first_row = int(filled.index[filled][0])
        self.filled += int(filled.sum())
        self.wrong += int(typed.problems[filled].notna().sum())


def _match_headers(raw: RawTable, contract: Contract) -> dict[str, str]:
    """Contract column → header in the file. A missing column holds the delivery."""
    normal = [normal_header(header) for header in raw.header]
    for place, header in enumerate(normal, start=1):
        if normal.count(header) > 1:
            raise Unreadable(
                reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column=f"第{place}列", found=normal.count(header))
            )
    present = dict(zip(normal, raw.header, strict=True))
    found: dict[str, str] = {}
    for column in contract.columns:
        # A database or an API may use the contract's own name for a column.
        names = [normal_header(header) for header in (*column.headers, column.name)]
        known = [present[name] for name in names if name in present]
        if not known:
            raise Unreadable(reason("COLUMN_MISSING", sheet=raw.sheet, row=raw.header_row, column=column.headers[0]))
        if len(known) > 1:
            raise Unreadable(
                reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column="/".join(known), found=len(known))
            )
        found[column.name] = known[0]
    return found


def _unknown_columns(raw: RawTable, contract: Contract, consumed: set[str]) -> list[Reason]:
    expected = {normal_header(header) for header in (*contract.ignored, *contract.forbidden_headers)}
    return [
        # By its place only: a header that nobody agreed on may hold anything, a name too.
        reason("COLUMN_UNKNOWN", sheet=raw.sheet, row=raw.header_row, column=f"第{place}列")
        for place, header in enumerate(raw.header, start=1)
        if header not in consumed and normal_header(header) not in expected
    ]


def _refuse_changed_types(
    raw: RawTable, contract: Contract, said: dict[str, str], tally: dict[str, _Tally]
) -> None:
    for column in contract.columns:
        cells = tally[column.name]
        if cells.filled >= _TYPE_CHANGE_FROM and cells.wrong == cells.filled:
            raise Unreadable(
                reason(
                    "COLUMN_TYPE_CHANGED",
                    sheet=raw.sheet,
                    row=cells.first_row,
                    column=said[column.name],
                    found=cells.filled,
                    expected=column.type,
                )
            )


def _cell_rejects(
    raw: RawTable, contract: Contract, said: dict[str, str], typed: dict[str, Typed]
) -> list[Reason]:
    return [
        reason(str(code), sheet=raw.sheet, row=int(row), column=said[column.name])
        for column in contract.columns
        for wrong in (typed[column.name].problems.dropna(),)
        for row, code in zip(wrong.index, wrong, strict=True)
    ]


def _repeated(
    good: pd.DataFrame, contract: Contract, said: dict[str, str], sheet: str | None
) -> list[Reason]:
    """Rows that repeat a whole row (the first stands), then rows that share a key with other content (none stands)."""
    # Only rows that share their key can repeat each other; the whole row is compared for those few.
    shared = good[good.duplicated(subset=list(contract.key), keep=False)]
    same_row = shared.duplicated(keep="first")
    rejects = [reason("ROW_REPEATED", sheet=sheet, row=int(row)) for row in shared.index[same_row]]
    distinct = shared[~same_row]
    same_key = distinct.duplicated(subset=list(contract.key), keep=False)
    key = "、".join(said[name] for name in contract.key)
    rejects += [
        reason("KEY_REPEATED", sheet=sheet, row=int(row), column=said[contract.key[0]], detail=key)
        for row in distinct.index[same_key]
    ]
    return rejects

