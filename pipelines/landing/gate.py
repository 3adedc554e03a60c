"""The gate: given a delivery that could be read, does it land, and which of its rows do not?

Belongs here: row floors, villages that would be lost, and what follows from a suite's findings. Does not belong here: reading
(`sources`), running Great Expectations (`expectations.runner`), what stands before (`compared`), writing (`land`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from expectations.runner import Finding
from pipelines.landing.ledger import Delivery
from pipelines.sources.contract import Contract
from pipelines.sources.interpret import Interpretation
from pipelines.sources.reasons import Reason, reason

_MASKED = "***"  # names masked alike may be of different files


@dataclass(frozen=True)
class Standing:
    """What stands where a delivery would come in its place: the codes of the villages of its rows, and the days and files in
    which it came, those of its repeats too.
    """

    places: tuple[str, ...]
    came: tuple[tuple[date, str], ...]


def row_floor(contract: Contract, rows_landed_before: int | None) -> int:
    """Fewest good rows a delivery must have: the contract's minimum, or its share of the last accepted delivery."""
    share = contract.row_floor.share_of_last
    relative = math.ceil(share * rows_landed_before) if share is not None and rows_landed_before is not None else 0
    return max(contract.row_floor.minimum, relative)


def too_few_rows(contract: Contract, read: Interpretation, rows_landed_before: int | None) -> Reason | None:
    """The reason to hold a delivery that is much smaller than the last one, or None."""
    floor = row_floor(contract, rows_landed_before)
    if len(read.landed) >= floor:
        return None
    last_row = max((int(row) for row in read.landed.index), default=1)
    return reason("ROWS_TOO_FEW", sheet=read.sheet, row=last_row, found=len(read.landed), expected=floor)


def parts_too_few(contract: Contract, read: Interpretation, now: Mapping[str, int], before: Mapping[str, int]) -> list[Reason]:
    """Why a delivery of a dataset with parts is held: a part (code → rows) is much smaller than it was, or there is none.

    Where all its rows are set aside, each says why: it replaces nothing, and is not held for that as well.
    """
    if contract.part_column is None:
        return []
    if not now:
        return [] if read.rejects else [reason("PART_UNKNOWN")]
    floors = {part: row_floor(contract, before[part]) for part in now if part in before}
    return [
        reason("PART_TOO_FEW", detail=part, found=now[part], expected=floor)
        for part, floor in floors.items()
        if now[part] < floor
    ]


def places_lost(
    contract: Contract,
    read: Interpretation,
    new: Delivery,
    standing: Sequence[Standing],
    villages: frozenset[str] | None,
    *,
    is_small: bool,
) -> Reason | None:
    """The reason to hold a snapshot that would replace villages it does not name, though it is meant for others than those.

    That is a second file of one day that lacks villages of the first, and a list that has lost more of its villages than the
    contract lets it lose rows (not said where it `is_small`: too few rows says it). A part of a whole looks like this.
    `villages` are those that there are by now: what a merger has ended is not lost. Where they are not known, as for the list
    of villages itself, only the files of one day are compared.
    """
    named = _places_named(contract, read)
    share = contract.row_floor.share_of_last
    for replaced in standing:
        before = set(replaced.places)
        kept = before & named
        for beside in (name for day, name in replaced.came if day == new.delivered_at):
            same_file = beside == new.file_name and _MASKED not in beside
            if kept != before and not (same_file and kept):
                return reason("PLACES_BESIDE", detail=beside, found=len(before - named))
        if contract.parts is not None or share is None or is_small or villages is None:
            continue
        still = before & villages
        if len(still & named) < math.ceil(share * len(still)):
            return reason("PLACES_OTHER", found=len(still & named), expected=len(still))
    return None


def places_replaced(contract: Contract, read: Interpretation, standing: Sequence[Standing]) -> list[Reason]:
    """The note that a snapshot names none of the villages that were in force."""
    named, before = _places_named(contract, read), {place for other in standing for place in other.places}
    return [reason("PLACES_REPLACED")] if named and before and not named & before else []


def _places_named(contract: Contract, read: Interpretation) -> set[str]:
    """The codes of the villages of a snapshot's rows; none where it is no snapshot, or its rows are of no village."""
    is_asked = contract.kind == "snapshot" and contract.place_column is not None
    return set(read.landed[contract.place_column].unique()) if is_asked else set()


def apply_findings(contract: Contract, read: Interpretation, findings: list[Finding]) -> list[Reason]:
    """Set aside the rows that critical findings name; return the reasons to hold the whole delivery."""
    holds: list[Reason] = []
    rejects: list[Reason] = []
    for finding in findings:
        wanted = finding.expectation
        if finding.success or finding.skipped or wanted.severity != "critical":
            continue
        header = contract.column(wanted.column).headers[0] if wanted.column else None
        if finding.about_rows:
            rejects += [
                reason(
                    "SUITE_ROW", sheet=read.sheet, row=row, column=header,
                    detail=wanted.zh, detail_en=wanted.en, fix=wanted.fix_zh,
                )
                for row in finding.rows
            ]
        else:
            holds.append(
                reason(
                    "SUITE_FAILED", sheet=read.sheet, row=1, column=header,
                    detail=wanted.zh, detail_en=wanted.en, fix=wanted.fix_zh,
                )
            )
    read.set_aside(rejects)
    return holds
