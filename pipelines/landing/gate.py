"""The gate: given a delivery that could be read, does it land, and which of its rows do not?

Belongs here: row floors and what follows from a suite's findings. Does not belong here: reading (`sources`), running Great
Expectations (`expectations.runner`), writing (`land`).
"""

from __future__ import annotations

import math

from expectations.runner import Finding
from pipelines.sources.contract import Contract
from pipelines.sources.interpret import Interpretation
from pipelines.sources.reasons import Reason, reason


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
