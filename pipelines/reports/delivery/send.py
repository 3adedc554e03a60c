"""What is due goes out: reports that are queued or were deferred, reminders, and what one level up must know.

Belongs here: which messages are due, handing each to the server, one event after the other. Does not belong here: SMTP
(`smtp`), who has to be reminded (`reminders`). Call it while holding the home's lock.

Only weeks that ended lately (`report_send_days`) go out by themselves: to replay old weeks is not to mail them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from pipelines.reports.delivery.addresses import AddressBook
from pipelines.reports.delivery.ledger import Event, What, append, is_keyed, keyed, weeks
from pipelines.reports.delivery.links import link
from pipelines.reports.delivery.message import TEXT, local, mail
from pipelines.reports.delivery.outbox import content_of
from pipelines.reports.delivery.parcels import Parcel, current, parcels
from pipelines.reports.delivery.reminders import queue_reminders
from pipelines.reports.delivery.smtp import Connection, NoServer, Outcome
from pipelines.settings import Settings
from pipelines.sources.parameters import parameter
from pipelines.weeks import Week

Book = Callable[[], AddressBook]
# A server that breaks off so often in a row is not asked for the rest.
_BREAKS = 3
_ADDRESS = "address"  # the purpose under which the ledger hides one


@dataclass(frozen=True)
class Sent:
    """What one sending did, by state; `server` says why the server could not be used, if so."""

    counts: Counter[str] = field(default_factory=Counter)
    server: str | None = None


def send_due(settings: Settings, book: Book, now: datetime, *, week: str | None = None) -> Sent:
    """Send what is due of the weeks that ended lately, and of `week` however old. `book` is asked only if anything is due.

    Without a mail server nothing is done: the outbox holds it all.
    """
    if settings.smtp_host is None:
        return Sent()
    lately = recent_weeks(settings, now)
    chosen = [one for one in weeks(settings) if one in lately or one == week]
    ask = cache(book)
    done = _send_waiting(settings, chosen, ask, now)
    if done.server is not None:
        return done
    # After the reports, so that nobody is reminded of what has just gone, or complained of who has just been reached.
    queue_reminders(settings, chosen, now)
    reminded = _send_waiting(settings, chosen, ask, now, notices=True)
    return Sent(done.counts + reminded.counts, reminded.server)


def _send_waiting(settings: Settings, chosen: Sequence[str], ask: Book, now: datetime, notices: bool = False) -> Sent:
    waiting = [parcel for one in chosen for parcel in waiting_of(parcels(settings, one)) if parcel.is_report != notices]
    if not waiting:
        return Sent()
    addresses = ask()
    return _Sending(settings, addresses, now).all(_ready(settings, waiting, addresses, now))


def recent_weeks(settings: Settings, now: datetime) -> list[str]:
    """The weeks of the ledger that still go out by themselves."""
    today = local(now).date()
    days = parameter("report_send_days", today)
    return [one for one in weeks(settings) if 0 <= (today - Week.parse(one).sunday).days <= days]


def waiting_of(found: dict[str, Parcel]) -> list[Parcel]:
    """The messages of a week that have not gone and should: of reports the newest only."""
    newest = {parcel.queued.key for parcel in current(found).values()}
    states = ("queued", "unaddressed", "deferred", "refused")
    return [
        one for key, one in found.items()
        if one.state in states and (key in newest if one.is_report else _is_wanted(one, found))
    ]  # fmt: skip


def _is_wanted(notice: Parcel, found: dict[str, Parcel]) -> bool:
    """Whether somebody a reminder speaks of has still not acknowledged."""
    return any(key in found and found[key].state != "acknowledged" for key in notice.queued.about)


def _ready(settings: Settings, waiting: Sequence[Parcel], book: AddressBook, now: datetime) -> list[Parcel]:
    """Those that can be tried; who has no address is noted, once."""
    ready, without = [], []
    for parcel in waiting:
        recipient = parcel.queued.recipient_id
        address = book.of.get(recipient)
        if address is None:
            code = book.lacks(recipient)
            if (parcel.state, parcel.code) != ("unaddressed", code):
                without.append(_event(parcel, now, "unaddressed", code=code))
        elif parcel.state != "refused" or not is_keyed(settings, parcel.to, _ADDRESS, address):
            ready.append(parcel)
    append(settings, without)
    return ready


def hidden(settings: Settings, address: str) -> str:
    """An address as the ledger knows it."""
    return keyed(settings, _ADDRESS, address)


def _event(parcel: Parcel, now: datetime, what: What, *, to: str = "", code: str = "") -> Event:
    queued = parcel.queued
    return Event(now, what, queued.week, queued.key, queued.recipient_id, to=to, code=code)


class _Sending:
    """One sending: messages in turn over one connection, opened again where it broke."""

    def __init__(self, settings: Settings, book: AddressBook, now: datetime) -> None:
        self._settings, self._book, self._now = settings, book, now
        self._connection: Connection | None = None
        self._counts: Counter[str] = Counter()
        self._breaks = 0

    def all(self, ready: Sequence[Parcel]) -> Sent:
        """Try each once; when the server is of no use, the rest is deferred."""
        server = None
        for place, parcel in enumerate(ready):
            try:
                outcome = self._one(parcel)
            except NoServer as problem:
                server = problem.code
            else:
                self._breaks = self._breaks + 1 if outcome.is_broken else 0
                if self._breaks < _BREAKS:
                    continue
                server, place = "dropped", place + 1
            self._defer(ready[place:], server)
            break
        if self._connection is not None:
            self._connection.quit()
        return Sent(self._counts, server)

    def _one(self, parcel: Parcel) -> Outcome:
        settings, queued = self._settings, parcel.queued
        address = self._book.of[queued.recipient_id]
        to = hidden(settings, address)
        message = self._message(parcel, address)
        if self._connection is None:
            self._connection = Connection(settings)
        outcome = self._connection.send(
            address, message, lambda: append(settings, [_event(parcel, self._now, "sending", to=to)])
        )
        # Of an uncertain one `sending` is the last word.
        if outcome.result != "uncertain":
            append(settings, [_event(parcel, self._now, outcome.result, to=to, code=outcome.code)])
        if outcome.is_broken:
            self._connection = None
        self._counts[outcome.result] += 1
        return outcome

    def _message(self, parcel: Parcel, address: str) -> bytes:
        settings, queued = self._settings, parcel.queued
        contents = {file.name: content_of(settings, file) for file in queued.files}
        text = contents.pop(TEXT).decode()
        # A reminder is acknowledged by the link of the report it speaks of.
        about = queued.about[0] if queued.notice == "reminder" else queued.key
        to_acknowledge = None if queued.notice == "escalation" else link(settings, queued.week, about)
        return mail(settings, queued, address, text, contents.items(), to_acknowledge, self._now)

    def _defer(self, rest: Sequence[Parcel], code: str) -> None:
        append(self._settings, [_event(one, self._now, "deferred", code=code) for one in rest])
        self._counts["deferred"] += len(rest)
