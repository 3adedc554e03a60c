"""Strict reading: a table of texts → landed rows, identities apart, and everything that was set aside with its reason.

Every column is consumed by the contract, ignored by name, dropped as forbidden, or reported; every row lands or is set
aside with a reason; nothing is repaired. Belongs here: what the contract alone can judge. Does not belong here: rules
across columns (`expectations/suites`), volumes against the last delivery (`landing.gate`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from pipelines.sources.columns import Typed, coded, plain_text, read_column
from pipelines.sources.contract import Contract
from pipelines.sources.dittos import Above, Dittos, unclear_dittos, without_dittos
from pipelines.sources.doubtful import Doubtful
from pipelines.sources.forbidden_rows import forbidden_rows
from pipelines.sources.layout import Layout, lay_out
from pipelines.sources.reading import RawTable
from pipelines.sources.reading.several import in_its_table
from pipelines.sources.reasons import Reason, Unreadable, reason
from pipelines.sources.row_key import frame_keys
from pipelines.sources.rows import id_conflicts, nobody_named, repeated, slipped

# A column none of whose values can be read has changed its meaning; below this many values it may be chance.
_TYPE_CHANGE_FROM = 20
# What is said of cells that were taken though something is amiss with them; of names a note was left out.
_MENDED = {"id_number": "ID_DAMAGED", "code": "POST_IN_WORDS"}
_OF_NAMES = {False: "NAME_NOTE_LEFT_OUT", True: "NAME_NOTED"}
_IN_WORDS = "{}, in words"  # the column beside a column of codes that holds what was said instead


@dataclass
class Interpretation:
    """What a delivery says, once read.

    `landed` and `identities` (what goes to the vault: identity columns and evidence) share their index (the sender's row
    number) and hold the good rows only; `rejects` has one line per finding; `notes` are reported and change nothing; `keys`
    are the fingerprints of set-aside rows whose key could be read, by row. Of rows that the contract forbids
    (`forbidden_values`) none is counted as read: `notes` say that there were some, and `dropped_keys` are their fingerprints,
    by which what landed of them before is withdrawn; they are never written.
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
    dropped_keys: frozenset[str] = frozenset()
    sheets: tuple[str | None, ...] = ()  # where it was read from several tables (`reading.several`)

    @property
    def rows_rejected(self) -> int:
        return len({reject.row for reject in self.rejects})

    def set_aside(self, rejects: list[Reason]) -> None:
        """Move the rows that `rejects` speak of from the good rows to the set-aside ones."""
        if not rejects:
            return
        rows = list({reject.row for reject in rejects} & set(self.landed.index))
        self.rejects.extend(rejects)
        self.keys |= frame_keys(self.contract, self.landed.loc[rows])
        self.landed = self.landed.drop(index=rows)
        self.identities = self.identities.loc[self.landed.index]


def interpret(
    raw: RawTable, contract: Contract, *, allow_unassigned_area: bool = False, small_cell: int = 1, day: date | None = None
) -> Interpretation:
    """Read a raw table by its contract, piece by piece. Fewer forbidden rows than `small_cell` are not told by number; `day` is
    that of the delivery.

    Raises Unreadable when the whole delivery must be held: a column is missing, its unit is unknown, none of its values is of
    its type, or a column is there that may not be taken at all.
    """
    sent = contract.as_sent(raw.header)
    layout = lay_out(raw, sent)
    result = Interpretation(contract, raw.sheet, 0, pd.DataFrame(), pd.DataFrame(), 0, sheets=raw.sheets)
    reader = _Reader(raw, sent, layout, allow_unassigned_area, day)
    pieces: list[pd.DataFrame] = []
    for cells in raw.chunks:
        chunk, values, rejects = reader.read(cells)
        wrong = list({reject.row for reject in rejects})
        result.keys |= frame_keys(contract, values.loc[wrong])
        pieces.append(values.drop(index=wrong) if wrong else values)
        result.rows_read += len(chunk)
        result.values_redacted += sum(int(plain_text(cells[header]).notna().sum()) for header in layout.forbidden)
        result.rejects += rejects
    reader.refuse_changed_types()
    good = pd.concat(pieces)
    for column in contract.columns:
        if column.name not in layout.headers:
            good[column.name] = pd.array([None] * len(good), dtype="str")
    if reader.dropped_keys:
        good = _without_their_keys(result, good, reader.dropped_keys)
    result.landed = good[[column.name for column in contract.landed_columns]]
    result.identities = _with_words(good, contract)
    result.rows_read += len({one.row for one in raw.rejects})
    result.rejects += raw.rejects
    result.notes = [*raw.notes, *layout.notes, *reader.notes(), *reader.dropped(small_cell)]
    result.dropped_keys = frozenset(reader.dropped_keys)
    result.set_aside(repeated(good[list(layout.headers)], sent, layout, raw.sheet))
    return result


def _with_words(good: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """What goes to the vault: where a post is in words that are no code, these."""
    identities = good[[column.name for column in contract.vault_columns]].copy(deep=False)
    for column in contract.vault_columns:
        if (words := _IN_WORDS.format(column.name)) in good.columns:
            identities[column.name] = identities[column.name].where(identities[column.name].notna(), good[words])
    return identities


def _without_their_keys(result: Interpretation, good: pd.DataFrame, dropped: set[str]) -> pd.DataFrame:
    """Leave out rows that share the key of a dropped one: of the same matter, whatever they say it is."""
    alike = [row for row, key in frame_keys(result.contract, good).items() if key in dropped]
    aside = {row for row, key in result.keys.items() if key in dropped}
    result.rejects = [reject for reject in result.rejects if reject.row not in aside]
    result.keys = {row: key for row, key in result.keys.items() if row not in aside}
    result.rows_read -= len(alike) + len(aside)
    return good.drop(index=alike)


@dataclass
class _Tally:
    """How many cells of a column are filled, how many of these cannot be read, and of how many a part was left out."""

    filled: int = 0
    wrong: int = 0
    mended: int = 0
    first_row: int = 0

    def add(self, typed: Typed) -> None:
        unread = typed.problems.notna()
        if unread.any():
            unread &= typed.problems != "REQUIRED_MISSING"
        filled = unread | typed.values.notna()
        if typed.words is not None:
            filled |= typed.words.notna()
        if self.filled == 0 and filled.any():
            self.first_row = int(filled.index[filled][0])
        self.filled += int(filled.sum())
        self.wrong += int(unread.sum())
        there = typed.values if typed.words is None else typed.words
        self.mended += 0 if typed.mended is None else int((typed.mended & there.notna()).sum())


class _Reader:
    """Reads the pieces of one table in their order and keeps what goes on from piece to piece."""

    def __init__(
        self, raw: RawTable, contract: Contract, layout: Layout, allow_unassigned_area: bool, day: date | None
    ) -> None:
        self._raw, self._contract, self._layout, self._allow, self._day = raw, contract, layout, allow_unassigned_area, day
        self._tally = {column.name: _Tally() for column in contract.columns}
        self._doubtful = Doubtful(raw, contract, layout)
        self._above = Above()
        self._dropped = 0
        self.dropped_keys: set[str] = set()

    def read(self, chunk: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[Reason]]:
        """The rows of a piece that may be read at all, the same typed, and why some of them are set aside."""
        layout = self._layout
        chunk = self._doubtful.as_stored(chunk)
        cells = {header: coded(chunk[header]) for header in layout.headers.values()}
        # Of records nobody knows which one stood above: their marks are set aside.
        dittos = Dittos()
        if self._raw.as_written:
            chunk, dittos = without_dittos(chunk, cells, self._above, self._contract, layout)
        cells |= {header: coded(chunk[header]) for header in dittos.rows}
        whole = chunk
        if self._contract.forbidden_values and (gone := forbidden_rows(self._contract, layout, cells)).any():
            self._drop(chunk[gone])
            chunk = chunk[~gone]
            cells = {header: coded(chunk[header]) for header in layout.headers.values()}
            dittos = dittos.without(set(whole.index) - set(chunk.index))
        typed = {
            name: read_column(self._contract.column(name), cells[header], self._allow, layout.times[name], self._day)
            for name, header in layout.headers.items()
        }
        for name, one in typed.items():
            self._tally[name].add(one)
        doubts = self._doubtful.found(chunk, typed)
        doubted = {(name, reject.row) for name, reject in doubts}
        problems = {
            name: found[[(name, row) not in doubted for row in found.index]] if doubts else found
            for name, one in typed.items()
            if len(found := one.problems.dropna())
        }
        by_header = {header: name for name, header in layout.headers.items()}
        for (row, header), code in dittos.refused.items():
            if (by_header[header], row) not in doubted:
                problems[by_header[header]].at[row] = code
        rejects = [reject for _, reject in doubts]
        rejects += self._rejects(problems, slipped(chunk, self._contract, layout, typed, self._allow) if problems else {})
        columns = {name: one.values for name, one in typed.items()}
        columns |= {_IN_WORDS.format(name): one.words for name, one in typed.items() if one.words is not None}
        values = pd.DataFrame(columns, index=chunk.index)
        wrong = {int(reject.row) for reject in rejects if reject.row is not None}
        for row, name in id_conflicts(self._contract, values.drop(index=list(wrong)) if wrong else values):
            rejects.append(self._reason("ID_CONFLICTS", row, name))
            wrong.add(row)
        for row in nobody_named(self._contract, values.drop(index=list(wrong)) if wrong else values):
            rejects.append(self._reason("NOBODY_NAMED", row, "person_name"))
            wrong.add(row)
        for row, header in unclear_dittos(dittos, wrong, self._above):
            rejects.append(self._reason("DITTO_UNCLEAR", row, by_header[header]))
            wrong.add(row)
        self._above.keep(whole, wrong)
        return chunk, values, rejects

    def _drop(self, rows: pd.DataFrame) -> None:
        self._dropped += len(rows)
        keys = {
            name: read_column(self._contract.column(name), rows[self._layout.headers[name]], self._allow).values
            for name in self._contract.key
        }
        self.dropped_keys |= set(frame_keys(self._contract, pd.DataFrame(keys, index=rows.index)).values())

    def dropped(self, small_cell: int) -> list[Reason]:
        """That rows were dropped which must not be shared; how many only where that points at nobody."""
        if not self._dropped:
            return []
        found = f"{self._dropped}行" if self._dropped >= small_cell else "若干行"
        return [reason("ROWS_DROPPED", sheet=self._raw.sheet, found=found)]

    def notes(self) -> list[Reason]:
        """Columns of whose cells a part was left out, or that hold damaged numbers."""
        return [
            reason(
                _MENDED.get(self._contract.column(name).type, _OF_NAMES[self._contract.column(name).may_be_noted]),
                sheet=self._raw.sheet, column=self._layout.labels[name], found=one.mended,
            )
            for name, one in self._tally.items()
            if one.mended
        ]  # fmt: skip

    def refuse_changed_types(self) -> None:
        """Hold the delivery when no value of a column is of its type."""
        for name, cells in self._tally.items():
            if cells.filled >= _TYPE_CHANGE_FROM and cells.wrong == cells.filled:
                expected = self._contract.column(name).type
                found = self._reason("COLUMN_TYPE_CHANGED", cells.first_row, name, found=cells.filled, expected=expected)
                raise Unreadable(in_its_table(found, self._raw.sheets))

    def _rejects(self, problems: dict[str, pd.Series], shifted: dict[int, list[str]]) -> list[Reason]:
        """One reason per cell that cannot be read; the cells of a slipped row that fit their neighbour share one."""
        rejects = [self._reason("ROW_SHIFTED", row, names[0]) for row, names in shifted.items()]
        return rejects + [
            self._reason(str(code), int(row), name)
            for name, wrong in problems.items()
            for row, code in zip(wrong.index, wrong, strict=True)
            if name not in shifted.get(int(row), ())
        ]

    def _reason(self, code: str, row: int, name: str, **values: object) -> Reason:
        return reason(code, sheet=self._raw.sheet, row=row, column=self._layout.labels[name], **values)
