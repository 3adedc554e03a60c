"""Short ways to write lists, changes and decisions."""

from __future__ import annotations

from datetime import date

from pipelines.identity.villages.shapes import Change, Entry, Listing

D1, D2, D3 = date(2020, 11, 25), date(2020, 12, 2), date(2020, 12, 9)
TOWN = "330304001000"


def code(serial: int, town: str = TOWN) -> str:
    return f"{town[:9]}{serial:03d}"


A, B, C, D = (code(serial) for serial in (201, 202, 203, 204))


def listing(day: date, *entries: Entry | str) -> Listing:
    """A list; a code alone is a village of that code without more."""
    full = [Entry(one, f"{one[-3:]}村", township_code=TOWN) if isinstance(one, str) else one for one in entries]
    return Listing(day, {one.code: one for one in full})


def change(
    kind: str, day: date, old: str | None, new: str | None = None, share: float | None = None, **more: str
) -> Change:
    return Change(f"{kind}-{old}-{new}", kind, day, old, new, share=share, **more)
