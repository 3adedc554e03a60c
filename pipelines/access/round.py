"""The end of an election round: when it was closed, by whom, and what is closed with it (lawful-use F-40).

Belongs here: closing and opening again, and the two questions others ask. Does not belong here: what a report leaves out
(`reports`), what leaves the vault (`identity.retention`).
"""

from __future__ import annotations

from datetime import date

from pipelines.access.events import Event, append, read
from pipelines.errors import CunsheError
from pipelines.settings import Settings

CLOSED, OPENED = "closed", "opened"
_SUBJECT = "round"


def round_ended_on(settings: Settings) -> date | None:
    """The day the round ended, complaint window included; None while one is open.

    What a person closed or opened last counts; before anybody did, the setting CUNSHE_ROUND_ENDED_ON does. A setting of a day
    after the round was opened again counts too: it is the end of the round that followed.
    """
    events = read(settings.round_events)
    if not events:
        return settings.round_ended_on
    newest = events[-1]
    if newest.kind == CLOSED:
        return date.fromisoformat(newest.details["ended_on"])
    ended = settings.round_ended_on
    return ended if ended is not None and ended > newest.at.date() else None


def round_is_closed(settings: Settings, day: date) -> bool:
    """Whether on `day` the round is over, so that the views of the joint review are closed."""
    ended = round_ended_on(settings)
    return ended is not None and ended <= day


def close_round(settings: Settings, on: date, *, by: str, reason: str) -> Event:
    """Close the round as of a day. Call it while holding the home's lock. Raises CunsheError for one that is closed already."""
    events = read(settings.round_events)
    if events and events[-1].kind == CLOSED:
        raise CunsheError(
            f"The round was closed already, as of {events[-1].details['ended_on']}.", "To open it again: cunshe round open"
        )
    return append(settings.round_events, CLOSED, _SUBJECT, by=by, reason=reason, ended_on=on.isoformat())


def open_round(settings: Settings, *, by: str, second: str, reason: str) -> Event:
    """Open a round again, or the next one: two people decide. Raises CunsheError unless they are two, or if none is closed."""
    if not second.strip() or second.strip() == by.strip():
        raise CunsheError("Opening a round again takes two people.", "Name the second: --second NAME")
    if round_ended_on(settings) is None:
        raise CunsheError("The round is open.", "Nothing is to be done.")
    return append(settings.round_events, OPENED, _SUBJECT, by=by, reason=reason, second=second.strip())
