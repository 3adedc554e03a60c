"""Sources that could not be had in a week: why, until a later try succeeds.

Belongs here: one small file per dataset and week under landing. Does not belong here: deliveries that came and were held
(`ledger`): those are the department's, a failed try may be anybody's.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import NO_SPACE, write_whole
from pipelines.sources.contract import Contract
from pipelines.sources.reasons import Reason


def _file(landing: Path, contract: Contract, until: date) -> Path:
    return landing / contract.department / contract.dataset / f"failure-{until}.json"


def remember_failure(landing: Path, contract: Contract, until: date, failure: Reason | None) -> None:
    """Keep why a dataset could not be had in the week ending `until`; None forgets it."""
    path = _file(landing, contract, until)
    if failure is None:
        path.unlink(missing_ok=True)
        return
    text = {"code": failure.code, "zh": f"{failure.zh}。{failure.fix_zh}。", "en": failure.en}
    try:
        write_whole(path, json.dumps(text, ensure_ascii=False, indent=1).encode())
    except OSError as problem:
        if problem.errno not in NO_SPACE:
            raise
        raise CunsheError(
            f"{contract.department}/{contract.dataset}: no space left under {landing}; nothing of it was landed.",
            "Free some space and run again; what was published stays as it was.",
        ) from None


def failure_of(landing: Path, contract: Contract, until: date) -> dict[str, str] | None:
    """The failure that stands for the week ending `until` (code, zh, en), or None."""
    path = _file(landing, contract, until)
    return json.loads(path.read_bytes()) if path.exists() else None
