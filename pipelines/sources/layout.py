"""Which column of a delivered table is which: consumed, forbidden, ignored or unknown.

Belongs here: matching headers with a contract, and the unit a header states. Does not belong here: finding the header row
(`reading`), reading cells (`columns`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.sources.columns.marks import marks
from pipelines.sources.contract import Column, Contract
from pipelines.sources.headers import normal_header
from pipelines.sources.reading import RawTable
from pipelines.sources.reasons import Reason, Unreadable, reason

_UNIT = re.compile(r"(?P<name>.+)\((?:单位[::]?)?(?P<unit>[^()]+)\)")


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
    found = Layout()
    for column in contract.columns:
        header = _header_of(column, present, raw)
        found.headers[column.name] = header
        # A database or an API knows the contract's own names; the department knows the Chinese ones.
        in_words = normal_header(header) != normal_header(column.name)
        found.labels[column.name] = header if in_words else column.headers[0]
        found.times[column.name] = _times(column, header) or Decimal(1)
    consumed = set(found.headers.values())
    ignored = {normal_header(header) for header in contract.ignored}
    for place, header in enumerate(raw.header, start=1):
        if header in consumed or normal_header(header) in ignored:
            continue
        if rule := contract.forbidden_by(header):
            if rule.hold:
                raise Unreadable(reason("FORBIDDEN_COLUMN", sheet=raw.sheet, row=raw.header_row, column=header))
            found.forbidden.append(header)
        else:
            # By its place only: a header that nobody agreed on may hold anything, a name too.
            found.notes.append(reason("COLUMN_UNKNOWN", sheet=raw.sheet, row=raw.header_row, column=f"第{place}列"))
    return found


def _by_normal_form(raw: RawTable) -> dict[str, str]:
    normal = [normal_header(header) for header in raw.header]
    for place, header in enumerate(normal, start=1):
        if normal.count(header) > 1:
            raise Unreadable(
                reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column=f"第{place}列", found=normal.count(header))
            )
    return dict(zip(normal, raw.header, strict=True))


def _header_of(column: Column, present: dict[str, str], raw: RawTable) -> str:
    names = dict.fromkeys(normal_header(header) for header in (*column.headers, column.name))
    known = [present[name] for name in names if name in present]
    if column.unit is not None:
        bare = {_split(name)[0] for name in names}
        known += [header for name, header in present.items() if name not in names and _split(name)[0] in bare]
    if not known:
        raise Unreadable(reason("COLUMN_MISSING", sheet=raw.sheet, row=raw.header_row, column=column.headers[0]))
    if len(known) > 1:
        raise Unreadable(
            reason("HEADER_REPEATED", sheet=raw.sheet, row=raw.header_row, column="/".join(known), found=len(known))
        )
    if _times(column, known[0]) is None:
        raise Unreadable(reason("UNIT_UNKNOWN", sheet=raw.sheet, row=raw.header_row, column=known[0], expected=column.unit))
    return known[0]


def _split(header: str) -> tuple[str, str | None]:
    """A header's name, and the unit in brackets at its end."""
    match = _UNIT.fullmatch(normal_header(header))
    return (match["name"], match["unit"]) if match else (normal_header(header), None)


def _times(column: Column, header: str) -> Decimal | None:
    """What one of the header's unit is worth in the column's; None for a unit that is not the column's, or none at all."""
    agreed = normal_header(header) in map(normal_header, (*column.headers, column.name))
    if column.unit is None or agreed:
        return Decimal(1)
    unit = _split(header)[1]
    if unit is None or unit == column.unit:
        return Decimal(1) if unit else None
    return marks().multiples.get(unit.removesuffix(column.unit))
