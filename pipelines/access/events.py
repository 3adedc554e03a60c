"""What people decided, one file each, in the order they decided it: suspensions, the round's end, legal holds.

Belongs here: writing and reading such a folder. Does not belong here: what follows from an event. A file is written whole and
never changed, so the folder is the log. Call `append` while holding the home's lock.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.sources.masking import without_numbers

FORMAT = 1


@dataclass(frozen=True)
class Event:
    """Who decided what about which subject, why and when (UTC). `details` are names of settings or days, no identity."""

    kind: str
    subject: str
    by: str
    reason: str
    at: datetime
    details: dict[str, str] = field(default_factory=dict)


def append(folder: Path, kind: str, subject: str, *, by: str, reason: str, **details: str) -> Event:
    """Write one event. Raises CunsheError without a name or a reason; numbers of people in them are masked."""
    if not by.strip() or not reason.strip():
        raise CunsheError("A decision needs a name and a reason.", "Give both: --by NAME --reason TEXT")
    now = datetime.now(UTC).replace(tzinfo=None)
    event = Event(kind, subject, without_numbers(by.strip()), without_numbers(reason.strip()), now, details)
    content = {"version": FORMAT, **asdict(event), "at": now.isoformat()}
    number = len(list(folder.glob("*.json"))) + 1
    write_whole(folder / f"{number:06d}.json", json.dumps(content, ensure_ascii=False, indent=1).encode())
    return event


def read(folder: Path) -> list[Event]:
    """Every event of a folder, the oldest first. Raises CunsheError for one of a later version."""
    found = []
    for path in sorted(folder.glob("*.json")):
        values = json.loads(path.read_bytes())
        if values.pop("version") != FORMAT:
            raise CunsheError(f"{path} was written by another version.", "Run the version that wrote it, or a newer one.")
        found.append(Event(**{**values, "at": datetime.fromisoformat(values["at"])}))
    return found


def newest_by_subject(folder: Path) -> dict[str, Event]:
    """The newest event of each subject."""
    return {event.subject: event for event in read(folder)}
