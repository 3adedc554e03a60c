"""Which column of a delivered table is which: consumed, forbidden, ignored or unknown.

Belongs here: matching headers with a contract, and the unit a header states. Does not belong here: finding the header row
(`reading`), reading cells (`columns`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

from pipelines.sources.columns.marks import marks
from pipelines.sources.contract import Column, Contract
from pipelines.sources.headers import normal_header, shown_header, split_unit
from pipelines.sources.reading import RawTable
from pipelines.sources.reasons import Reason, Unreadable, reason

# From here on two headers are so much alike that the one may be meant by the other.
_ALIKE = 0.6
# So many columns that nobody agreed on are named.
_NAMED = 5


@dataclass
class Layout:
    """The columns of one delivered table.

    By contract column: `headers` (as in the file), `labels` (as reasons name them) and `times` (what one of the header's
    unit is worth in the contract's). `forbidden` are the file's headers to drop, `notes` name the unknown ones.
    """

    headers: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    times: dict[str, Decimal] = field(default_factory=dict)
    forbidden: list[str] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)


def lay_out(raw: RawTable, contract: Contract) -> Layout:
    """Match the headers of a table. Raises Unreadable where the delivery must be held: a column of the contract is missing or
    there twice, its unit is not known, or a header is there that may not be taken at all.
    """
    present = _by_normal_form(raw)
    known = {column.name: _headers_of(column, present) for column in contract.columns}
    found = Layout()
    if missing := [column for column in contract.columns if not known[column.name]]:
        raise Unreadable(_missing(missing, raw, contract, {header for headers in known.values() for header in headers}))
    for column in contract.columns:
        header = _certain(column, known[column.name], raw)
        found.headers[column.name] = header
        # A database or an API knows the contract's own names; the department knows the Chinese ones.
        in_words = normal_header(header) != normal_header(column.name)
        found.labels[column.name] = shown_header(header) if in_words else column.headers[0]
        found.times[column.name] = _times(column, header) or Decimal(1)
    consumed = set(found.headers.values())
    unknown: list[int] = []
    ignored = {normal_header(header) for header in contract.ignored}
    for place, header in enumerate(raw.header, start=1):
        if header in consumed or normal_header(header) in ignored:
            continue
        if rule := contract.forbidden_by(header):
            if rule.hold:
                raise Unreadable(reason("FORBIDDEN_COLUMN", sheet=raw.sheet, row=raw.header_row, column=header))
            found.forbidden.append(header)
        else:
            unknown.append(place)
    if unknown:
        found.notes.append(reason("COLUMN_UNKNOWN", sheet=raw.sheet, row=raw.header_row, column=_places(unknown)))
    return found


def _places(columns: list[int]) -> str:
    """The first few columns by their place only (a header that nobody agreed on may hold anything, a name too), and how many
    there are."""
    named = "、".join(f"第{place}列" for place in columns[:_NAMED])
    return f"{named}等{len(columns)}列" if len(columns) > _NAMED else named


def _by_normal_form(raw: RawTable) -> dict[str, str]:
    normal = [normal_header(header) for header in raw.header]
    for place, header in enumerate(normal, start=1):
        if normal.count(header) > 1:
            raise Unreadable(
                reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column=f"第{place}列", found=normal.count(header))
            )
    return dict(zip(normal, raw.header, strict=True))


def _headers_of(column: Column, present: dict[str, str]) -> list[str]:
    """The headers of a file that may be the column's; a further word for it counts where none of its own is there."""
    own = dict.fromkeys(normal_header(header) for header in column.own_names)
    also = dict.fromkeys(normal_header(header) for header in column.synonyms)
    for names in (own, also):
        known = [present[name] for name in names if name in present]
        if column.unit is not None:
            bare = {split_unit(name)[0] for name in names}
            known += [header for name, header in present.items() if name not in names and split_unit(name)[0] in bare]
        if known:
            return known
    return []


def _certain(column: Column, known: list[str], raw: RawTable) -> str:
    """The one header of a column, in a unit that is the contract's; Unreadable otherwise."""
    if len(known) > 1:
        named = "/".join(map(shown_header, known))
        raise Unreadable(reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column=named, found=len(known)))
    if _times(column, known[0]) is None:
        named = shown_header(known[0])
        raise Unreadable(reason("UNIT_UNKNOWN", sheet=raw.sheet, row=raw.header_row, column=named, expected=column.unit))
    return known[0]


def _missing(missing: list[Column], raw: RawTable, contract: Contract, consumed: Iterable[str]) -> Reason:
    """All columns that are not there, and which headers of the file are probably meant for some of them.

    These are told by their place: a header that nobody agreed on may hold anything, a name too.
    """
    ignored = set(map(normal_header, contract.ignored))
    free = {
        place: header
        for place, header in enumerate(raw.header, start=1)
        if header not in consumed and normal_header(header) not in ignored and contract.forbidden_by(header) is None
    }
    meant = []
    for place, header in free.items():
        alike, column = max(((_alike(header, column), column) for column in missing), key=lambda pair: pair[0])
        if alike >= _ALIKE:
            meant.append(f"第{place}列的表头是否指“{column.headers[0]}”？")
    names = [column.headers[0] for column in missing]
    proposed = f"（{''.join(meant)}）" if meant else ""
    return reason("COLUMN_MISSING", sheet=raw.sheet, row=raw.header_row, column="、".join(names), proposed=proposed)


def _alike(header: str, column: Column) -> float:
    """How much a header of a file looks like one of a column, from 0 to 1; the one within the other is nearly the same."""
    bare = split_unit(header)[0]
    names = {split_unit(name)[0] for name in (*column.own_names, *column.synonyms)}
    within = any(len(min(bare, name, key=len)) > 1 and (bare in name or name in bare) for name in names)
    return max(0.9 if within else 0.0, *(SequenceMatcher(None, bare, name).ratio() for name in names))


def _times(column: Column, header: str) -> Decimal | None:
    """What one of the header's unit is worth in the column's; None for a unit that is not the column's, or none at all."""
    agreed = normal_header(header) in map(normal_header, column.own_names)
    if column.unit is None or agreed:
        return Decimal(1)
    unit = split_unit(header)[1]
    if unit is None or unit == column.unit:
        return Decimal(1) if unit else None
    return None if column.unit == "%" else marks().multiples.get(unit.removesuffix(column.unit))
