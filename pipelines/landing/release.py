"""What a named person decided about a held delivery: let it pass a hold, or close its lines by hand.

Belongs here: the records of these decisions and which holds may be waived. Does not belong here: judging (`gate`, `land`),
the command line (`pipelines.cli_delivery`). A delivery's own record is never changed: a decision is a file of its own
under `landing/<department>/<dataset>/releases/` or `closings/`, written whole, and part of the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.landing.ledger import Delivery, read_ledger
from pipelines.sources.contract import Contract
from pipelines.sources.masking import without_numbers

# The holds that say "this looks wrong", and those where it was we who could not read: such a file is read once more. All
# others say "this cannot be read", which nobody can wave through.
RELEASABLE = frozenset(
    {"ROWS_TOO_FEW", "PART_TOO_FEW", "PLACES_BESIDE", "PLACES_OTHER", "SUITE_FAILED"}
    | {"FILE_TOO_MUCH", "FILE_CRASHED_READER", "FILE_READER_FAILED"}
)

_RELEASES, _CLOSINGS = "releases", "closings"
_LIST = "List the held ones: cunshe delivery list"


@dataclass(frozen=True)
class Decision:
    """Who decided what about which delivery, why and when. `waived` are the codes of the holds it lets pass."""

    delivery_id: str
    sha256: str
    by: str
    reason: str
    decided_on: date
    waived: tuple[str, ...] = ()

    @property
    def lands_as(self) -> str:
        """The id under which released content lands: that of the held one is taken, and stays as it is."""
        mark = hashlib.sha256(f"released/{self.delivery_id}/{self.sha256}".encode()).hexdigest()[:12]
        return f"{self.delivery_id.partition('-')[0]}-{mark}"


def releases(landing: Path, contract: Contract) -> dict[str, Decision]:
    """The releases of a dataset by the id of the held delivery."""
    return _decisions(landing, contract, _RELEASES)


def waived(landing: Path, contract: Contract, sha256: str) -> frozenset[str]:
    """The codes of the holds that a named person has waived for this very content."""
    return frozenset(code for one in releases(landing, contract).values() if one.sha256 == sha256 for code in one.waived)


def released(landing: Path, contract: Contract, delivery: Delivery, known: set[str]) -> Delivery | None:
    """The delivery as it is to be judged: under its own id, or anew where it was held and released; None if it is known."""
    decisions = releases(landing, contract) if delivery.delivery_id in known else {}
    while delivery.delivery_id in known:
        decision = decisions.get(delivery.delivery_id)
        if decision is None:
            return None
        delivery = replace(
            delivery, delivery_id=decision.lands_as, released_by=decision.by, release_reason=decision.reason
        )
    return delivery


def closings(landing: Path, contract: Contract) -> dict[str, date]:
    """Deliveries whose open lines were closed by hand, and the day."""
    return {name: one.decided_on for name, one in _decisions(landing, contract, _CLOSINGS).items()}


def release(
    landing: Path, catalog: Mapping[str, Contract], delivery_id: str, *, by: str, reason: str, today: date
) -> Decision:
    """Let a held delivery pass its hold at the next run. Call it while holding the home's lock."""
    contract, delivery = _held(landing, catalog, delivery_id)
    codes = {str(hold["code"]) for hold in delivery.holds}
    if not codes or codes - RELEASABLE:
        raise CunsheError(
            f"Delivery {delivery_id} is held because it cannot be read: {'; '.join(delivery.reasons_en)}",
            "Only a row floor, villages left out, a check of the whole table or a failure of the reading itself can be released; "
            "have the department send it again.",
        )
    if delivery_id in releases(landing, contract):
        raise CunsheError(f"Delivery {delivery_id} is released already.", "Run the week: it lands then.")
    return _record(landing, contract, _RELEASES, delivery, by, reason, today, tuple(sorted(codes)))


def close_lines(
    landing: Path, catalog: Mapping[str, Contract], delivery_id: str, *, by: str, reason: str, today: date
) -> Decision:
    """Close by hand the lines of a delivery that no later delivery could close by itself."""
    contract, delivery = _known(landing, catalog, delivery_id)
    if delivery_id in closings(landing, contract):
        raise CunsheError(f"The lines of {delivery_id} are closed already.", _LIST)
    return _record(landing, contract, _CLOSINGS, delivery, by, reason, today)


def _record(
    landing: Path, contract: Contract, kind: str, delivery: Delivery, by: str, reason: str, today: date,
    codes: tuple[str, ...] = (),
) -> Decision:  # fmt: skip
    if not by.strip() or not reason.strip():
        raise CunsheError("A decision needs a name and a reason.", "Give both: --by NAME --reason TEXT")
    words = (without_numbers(by.strip()), without_numbers(reason.strip()))
    decision = Decision(delivery.delivery_id, delivery.sha256, *words, today, codes)
    content = json.dumps(asdict(decision), ensure_ascii=False, indent=1, default=date.isoformat).encode()
    write_whole(_folder(landing, contract, kind) / f"{delivery.delivery_id}.json", content)
    return decision


def _folder(landing: Path, contract: Contract, kind: str) -> Path:
    return landing / contract.department / contract.dataset / kind


def _decisions(landing: Path, contract: Contract, kind: str) -> dict[str, Decision]:
    found = {}
    for path in sorted(_folder(landing, contract, kind).glob("*.json")):
        values = json.loads(path.read_bytes())
        day, codes = date.fromisoformat(values.pop("decided_on")), tuple(values.pop("waived"))
        found[path.stem] = Decision(**values, decided_on=day, waived=codes)
    return found


def _known(landing: Path, catalog: Mapping[str, Contract], delivery_id: str) -> tuple[Contract, Delivery]:
    for contract in catalog.values():
        for delivery in read_ledger(landing, contract):
            if delivery.delivery_id == delivery_id:
                return contract, delivery
    raise CunsheError(f"There is no delivery {delivery_id}.", _LIST)


def _held(landing: Path, catalog: Mapping[str, Contract], delivery_id: str) -> tuple[Contract, Delivery]:
    contract, delivery = _known(landing, catalog, delivery_id)
    if delivery.verdict == "duplicate":
        raise CunsheError(
            f"Delivery {delivery_id} repeats {delivery.duplicate_of}; there is nothing to release.", _LIST
        )
    if delivery.verdict != "held":
        raise CunsheError(f"Delivery {delivery_id} has landed; it is not held.", _LIST)
    return contract, delivery
