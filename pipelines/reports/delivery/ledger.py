"""The ledger of sends: what was to go to whom and what became of it. The files under `sends/<week>/` are the ledger.

Belongs here: events, appending them, reading them. Does not belong here: what follows from them (`parcels`), deciding what to
do (`send`, `reminders`).

A file holds the events of one step, is written whole, and never changes. No event holds a mail address: `to` is an HMAC of
it, enough to see whether two are the same. What a mail server says is not kept either, for servers repeat addresses: only
its codes are.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipelines.files import fsync_path, make_folder, new_file, share_like
from pipelines.keys.digests import keyed_digest
from pipelines.keys.ring import KeyRing, load_or_create_key
from pipelines.reports.index import ReportFile
from pipelines.settings import Settings

What = Literal[
    "queued", "unaddressed", "sending", "sent", "refused", "deferred", "again", "acknowledged"
]
Notice = Literal["report", "correction", "reminder", "escalation"]
_FORMAT = 1  # of an event; those of before say none and are the same
_FILE = re.compile(r"(\d{6})\.json")


@dataclass(frozen=True)
class Event:
    """One step of one message. What belongs to a step only: `queued` has name to about, the others to, code, by, why.

    `key` is the message's own; `about` are the keys of the reports that a reminder or an escalation speaks of.
    """

    at: datetime
    what: What
    week: str
    key: str
    recipient_id: str
    name: str = ""
    recipient_kind: str = ""
    notice: Notice = "report"
    build_id: str = ""
    content: str = ""
    files: tuple[ReportFile, ...] = ()
    colours: dict[str, int] | None = None
    warnings: dict[str, int] | None = None
    about: tuple[str, ...] = ()
    to: str = ""
    code: str = ""
    by: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, without what this step does not have."""
        found = {name: value for name, value in asdict(self).items() if value not in ("", (), None)}
        return {"format": _FORMAT, **found, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Event:
        values = {name: value for name, value in values.items() if name != "format"}
        files = tuple(ReportFile(**one) for one in values.get("files", ()))
        at = datetime.fromisoformat(values["at"])
        return cls(**{**values, "at": at, "files": files, "about": tuple(values.get("about", ()))})


def append(settings: Settings, events: Iterable[Event]) -> None:
    """Put events on disk, those of one week as one file: when this returns they are there, all or none of a week's.

    Needs no lock: of two writers the second takes the next number.
    """
    by_week: dict[str, list[Event]] = {}
    for event in events:
        by_week.setdefault(event.week, []).append(event)
    for week, its in by_week.items():
        text = json.dumps([one.as_json() for one in its], ensure_ascii=False, indent=1)
        _write_new(settings.sends / week, text.encode())


def _write_new(folder: Path, content: bytes) -> None:
    if not folder.exists():
        make_folder(folder)
        share_like(folder.parent, folder)
    draft = folder / f".tmp-{uuid.uuid4().hex}"
    try:
        with new_file(draft) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        share_like(folder, draft)
        number = _last_number(folder)
        while True:
            number += 1
            try:
                os.link(draft, folder / f"{number:06d}.json")
                break
            except FileExistsError:
                continue
    finally:
        draft.unlink(missing_ok=True)
    fsync_path(folder)


def _last_number(folder: Path) -> int:
    numbers = [int(match[1]) for path in folder.iterdir() if (match := _FILE.fullmatch(path.name))]
    return max(numbers, default=0)


def weeks(settings: Settings) -> list[str]:
    """The weeks that the ledger knows, oldest first."""
    return sorted(path.name for path in settings.sends.iterdir() if path.is_dir()) if settings.sends.exists() else []


def events(settings: Settings, week: str) -> Iterator[Event]:
    """The events of a week in the order they were written."""
    folder = settings.sends / week
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        if _FILE.fullmatch(path.name):
            yield from (Event.from_json(values) for values in json.loads(path.read_text(encoding="utf-8")))


def keyed(settings: Settings, purpose: str, *parts: str) -> str:
    """A short HMAC of some texts under this home's key, for one purpose."""
    return _keyed(load_or_create_key(settings.delivery_key), purpose, parts)


def is_keyed(settings: Settings, given: str, purpose: str, *parts: str) -> bool:
    """Whether `given` is the HMAC of these texts, under the current key or a former one."""
    keys = KeyRing(settings.delivery_key).keys(may_create=True)
    return any(hmac.compare_digest(_keyed(key, purpose, parts).encode(), given.encode()) for key in keys)


def _keyed(key: bytes, purpose: str, parts: Iterable[str]) -> str:
    return keyed_digest(key, "\x1f".join((purpose, *parts)))[:32]
