"""What became of each message: the ledger's events put together.

Belongs here: the state that follows from events. Does not belong here: writing events, deciding what to do next.

| State | Means |
|---|---|
| `queued` | lies in the outbox; no mail server has been asked, or a person wants it sent again |
| `unaddressed` | there is no address, or there are several; `code` says which |
| `deferred` | a server said later, or the connection broke before the message was ended: the next run tries again |
| `refused` | a server said never: tried again when the address changes or a person wants it |
| `uncertain` | the message was ended, and no answer came: it may have arrived. A person decides |
| `sent` | a server has accepted it |
| `acknowledged` | its reader has |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.reports.delivery.ledger import Event, What, events
from pipelines.settings import Settings

STATES = ("queued", "unaddressed", "deferred", "refused", "uncertain", "sent", "acknowledged")
# A message that may have reached its reader.
MAY_BE_THERE = frozenset({"uncertain", "sent", "acknowledged"})
_STATE: dict[What, str] = {
    "unaddressed": "unaddressed", "sending": "uncertain", "sent": "sent", "refused": "refused", "deferred": "deferred",
    "again": "queued", "acknowledged": "acknowledged",
}  # fmt: skip


@dataclass(frozen=True)
class Parcel:
    """One message and what became of it. `since` is when it came into its state."""

    queued: Event
    state: str
    since: datetime
    attempts: int = 0
    to: str = ""
    code: str = ""
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @property
    def is_report(self) -> bool:
        return self.queued.notice in ("report", "correction")


def parcels(settings: Settings, week: str) -> dict[str, Parcel]:
    """The messages of a week by their keys, in the order they were queued."""
    return fold(events(settings, week))


def fold(happened: Iterable[Event]) -> dict[str, Parcel]:
    """Put events together; those of a key that was never queued say nothing."""
    found: dict[str, Parcel] = {}
    for event in happened:
        before = found.get(event.key)
        if event.what == "queued":
            found.setdefault(event.key, Parcel(event, "queued", event.at))
        elif before is not None:
            found[event.key] = _after(before, event)
    return found


def _after(before: Parcel, event: Event) -> Parcel:
    if event.what == "acknowledged":
        return replace(before, state="acknowledged", since=event.at, acknowledged_at=before.acknowledged_at or event.at)
    after = replace(before, since=event.at, to=event.to or before.to, code=event.code)
    if event.what == "sent":
        after = replace(after, sent_at=before.sent_at or event.at)
    if event.what in ("sent", "refused", "deferred"):
        after = replace(after, attempts=before.attempts + 1)
    # Whoever has acknowledged has read it, whatever a late answer says.
    return after if before.state == "acknowledged" else replace(after, state=_STATE[event.what])


def current(found: dict[str, Parcel]) -> dict[str, Parcel]:
    """The newest report of each recipient, by recipient; what it replaced is history."""
    return {parcel.queued.recipient_id: parcel for parcel in found.values() if parcel.is_report}
