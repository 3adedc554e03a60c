"""Sources that could not be had in a week: why, until a later try succeeds.

Belongs here: one small file per dataset and week under landing. Does not belong here: deliveries that came and were held
(`ledger`): those are the department's, a failed try may be anybody's.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import NO_SPACE, write_whole
from pipelines.sources.contract import Contract
from pipelines.sources.reasons import Reason, reason

_LOG = logging.getLogger(__name__)
_NAMED = 5


def all_unread(reasons: Sequence[Reason]) -> Reason | None:
    """One reason for all files of a dataset that could not be had; None where there is none."""
    if len(reasons) < 2:
        return reasons[0] if reasons else None
    more_zh, more_en = ("等", " and more") if len(reasons) > _NAMED else ("", "")
    return reason(
        "FILES_UNREAD",
        found=len(reasons),
        detail="；".join(why.zh for why in reasons[:_NAMED]) + more_zh,
        detail_en="; ".join(why.en for why in reasons[:_NAMED]) + more_en,
        fix="；".join(dict.fromkeys(why.fix_zh for why in reasons)),
    )


def our_error(problem: Exception) -> Reason:
    """The reason a delivery is held for that makes our own code fail: the type alone, for its text may quote a cell."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    _LOG.error("a delivery failed with %s at %s:%s", type(problem).__name__, Path(last.filename).name, last.lineno)
    return reason("FILE_READER_FAILED", detail=type(problem).__name__)


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
