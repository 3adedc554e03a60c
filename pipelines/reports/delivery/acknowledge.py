"""A reader has seen a report: by the link, by the returned ledger, or as a person records it.

Belongs here: recording it, once. Does not belong here: the page (`serve`), reading the returned ledger (`taking`).
"""

from __future__ import annotations

from datetime import datetime

from pipelines.errors import CunsheError
from pipelines.reports.delivery.ledger import Event, append
from pipelines.reports.delivery.parcels import Parcel, current, parcels
from pipelines.settings import Settings

BY_LINK, BY_RETURN, BY_RECORD = "link", "returned ledger", "recorded by a person"


def acknowledge(settings: Settings, parcel: Parcel, how: str, now: datetime, *, by: str = "", why: str = "") -> bool:
    """Record that a report has been seen; False where that was known."""
    if parcel.state == "acknowledged":
        return False
    queued = parcel.queued
    append(settings, [Event(now, "acknowledged", queued.week, queued.key, queued.recipient_id, code=how, by=by, why=why)])
    return True


def newest_report(settings: Settings, week: str, recipient_id: str) -> Parcel:
    """The newest report of a recipient's week. Raises CunsheError where there is none."""
    found = current(parcels(settings, week)).get(recipient_id)
    if found is None:
        raise CunsheError(f"No report of {week} was queued for {recipient_id}.", "See: cunshe report status --week …")
    return found


def send_again(settings: Settings, parcel: Parcel, now: datetime, *, by: str, why: str) -> None:
    """A named person wants a report sent again, under its old message id; the next sending does it.

    Raises CunsheError where nothing calls for it: what was accepted or acknowledged has arrived.
    """
    if parcel.state in ("sent", "acknowledged"):
        raise CunsheError(
            f"The report for {parcel.queued.recipient_id} has been delivered.", "What is delivered is not sent twice."
        )
    queued = parcel.queued
    append(settings, [Event(now, "again", queued.week, queued.key, queued.recipient_id, by=by, why=why)])
