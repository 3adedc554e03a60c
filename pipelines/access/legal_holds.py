"""Persons whose data may not be deleted while an appeal or a case is open (lawful-use F-20; 个人信息保护法 art. 47).

Belongs here: placing and lifting a hold, and whom one stands on. Does not belong here: deleting (`identity.retention`).
"""

from __future__ import annotations

import re

from pipelines.access.events import Event, append, newest_by_subject
from pipelines.errors import CunsheError
from pipelines.settings import Settings

HELD, LIFTED = "held", "lifted"
_PERSON_ID = re.compile(r"P[0-9a-f]{16}")


def held_persons(settings: Settings) -> frozenset[str]:
    """The person_ids on which a hold stands."""
    return frozenset(name for name, event in newest_by_subject(settings.legal_holds).items() if event.kind == HELD)


def place_hold(settings: Settings, person_id: str, *, by: str, reason: str) -> Event:
    """Freeze the deletion of a person's identity. Call it while holding the home's lock."""
    if not _PERSON_ID.fullmatch(person_id):
        raise CunsheError("This is no person_id.", "A person_id is P and 16 digits or letters a to f.")
    if person_id in held_persons(settings):
        raise CunsheError(f"A hold stands on {person_id} already.", "Nothing is to be done.")
    return append(settings.legal_holds, HELD, person_id, by=by, reason=reason)


def lift_hold(settings: Settings, person_id: str, *, by: str, reason: str) -> Event:
    """Lift a hold; the next retention run removes the person where their time is over."""
    if person_id not in held_persons(settings):
        raise CunsheError("No hold stands on this person.", "See the files under retention/holds.")
    return append(settings.legal_holds, LIFTED, person_id, by=by, reason=reason)
