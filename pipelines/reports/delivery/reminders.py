"""Who has not acknowledged: a reminder to the same office, then a word to the county.

Belongs here: who is due for which, and queueing it. Does not belong here: the days (`dbt_project/seeds/parameters.csv`), sending.
A report is reminded of once, and told to the county once. What could not be delivered is told to the county as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pipelines.reports.delivery.ledger import Event, append
from pipelines.reports.delivery.message import escalation_text, local, reminder_text
from pipelines.reports.delivery.outbox import keep_text, key_of, text_file
from pipelines.reports.delivery.parcels import Parcel, current, parcels
from pipelines.settings import Settings
from pipelines.sources.parameters import parameter

COUNTY = "county"


def queue_reminders(settings: Settings, weeks: Iterable[str], now: datetime) -> list[Event]:
    """Queue the reminders and escalations that have become due; returns them. Run again, it queues nothing."""
    today = local(now).date()
    queued = []
    for week in weeks:
        found = parcels(settings, week)
        newest = list(current(found).values())
        for parcel in due_for_reminder(found, newest, today):
            text = reminder_text(settings, parcel)
            queued.append(_notice(settings, "reminder", parcel, [parcel], text, now))
        late = due_for_escalation(found, newest, today)
        county = next((one for one in newest if one.queued.recipient_id == COUNTY), None)
        if late and county is not None:
            days = parameter("report_escalation_days", today)
            text = escalation_text(settings, county.queued.name, late, days)
            queued.append(_notice(settings, "escalation", county, late, text, now))
    append(settings, queued)
    return queued


def due_for_reminder(found: dict[str, Parcel], newest: Sequence[Parcel], today: date) -> list[Parcel]:
    """Reports that were delivered so many days ago, not acknowledged, and not reminded of."""
    days = parameter("report_reminder_days", today)
    done = _spoken_of(found, "reminder")
    return [one for one in newest if one.state == "sent" and one.queued.key not in done and _age(one, today) >= days]


def due_for_escalation(found: dict[str, Parcel], newest: Sequence[Parcel], today: date) -> list[Parcel]:
    """Reports, other than the county's own, that have not been acknowledged for so many days, delivered or not."""
    days = parameter("report_escalation_days", today)
    done = _spoken_of(found, "escalation")
    return [
        one for one in newest
        if one.state != "acknowledged" and one.queued.recipient_id != COUNTY and one.queued.key not in done
        and _age(one, today) >= days
    ]  # fmt: skip


def _spoken_of(found: dict[str, Parcel], notice: str) -> set[str]:
    return {key for one in found.values() if one.queued.notice == notice for key in one.queued.about}


def _age(parcel: Parcel, today: date) -> int:
    """Days since it was delivered; of what was not, since it was queued."""
    return (today - local(parcel.sent_at or parcel.queued.at).date()).days


def _notice(
    settings: Settings, notice: str, to: Parcel, about: Sequence[Parcel], text: str, now: datetime
) -> Event:
    queued, keys = to.queued, tuple(one.queued.key for one in about)
    keep_text(settings, text)
    return Event(
        now,
        "queued",
        queued.week,
        key_of(notice, queued.recipient_id, queued.week, *keys),
        queued.recipient_id,
        name=queued.name,
        recipient_kind=queued.recipient_kind,
        notice="reminder" if notice == "reminder" else "escalation",
        build_id=queued.build_id,
        files=(text_file(text),),
        about=keys,
    )
