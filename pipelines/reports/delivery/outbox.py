"""The outbox and the archive: a build's reports become messages that are ready to go.

Belongs here: which reports of a build are new to their readers, keeping their bytes, queueing them. Does not belong here: mail.

`outbox/<week>/<build>/<recipient>/` holds the files and the text of each message, for whoever hands it over by other means; it
appears whole. `archive/` holds every file once, by its SHA-256, as a further name of the same file, so that it costs no space.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import folder_whole, make_folder, make_read_only, write_new, write_whole
from pipelines.permissions import share_outbox
from pipelines.reports.delivery.addresses import Finding
from pipelines.reports.delivery.ledger import Event, append
from pipelines.reports.delivery.message import TEXT, report_text, subject_of
from pipelines.reports.delivery.parcels import MAY_BE_THERE, Parcel, current, parcels
from pipelines.reports.index import RecipientReport, ReportFile, WeekIndex, read_index
from pipelines.settings import Settings


def queue_week(settings: Settings, folder: Path, findings: tuple[Finding, ...], now: datetime) -> list[Event]:
    """Queue the reports in `folder` that say something their readers have not been told; returns what was queued.

    The county's message names the `findings`. Run again, it queues nothing.
    """
    index = read_index(folder)
    known = parcels(settings, index.week)
    newest = current(known)
    queued = []
    for report in index.recipients:
        last = newest.get(report.recipient_id)
        if last is not None and last.queued.content == report.content:
            continue
        before = last if last is not None and _was_told(settings, known, report.recipient_id) else None
        text = report_text(settings, index, report, before, findings if report.kind == "county" else ())
        queued.append(_event(index, report, before, known, text, now))
        for file in report.files:
            _keep(settings, folder / file.name, file)
        keep_text(settings, text)
    if queued:
        _write_outbox(settings, index, queued)
        append(settings, queued)
    return queued


def _was_told(settings: Settings, known: dict[str, Parcel], recipient_id: str) -> bool:
    """Whether an earlier report of the week may have reached the recipient; of a mere outbox nobody knows, so it may."""
    earlier = [one for one in known.values() if one.is_report and one.queued.recipient_id == recipient_id]
    return any(one.state in MAY_BE_THERE for one in earlier) or (bool(earlier) and settings.smtp_host is None)


def _event(
    index: WeekIndex, report: RecipientReport, before: Parcel | None, known: dict[str, Parcel], text: str, now: datetime
) -> Event:
    nth = sum(one.is_report and one.queued.recipient_id == report.recipient_id for one in known.values())
    return Event(
        now,
        "queued",
        index.week,
        # What is said anew after something else was said is another message.
        key_of(report.recipient_id, index.week, report.content, str(nth)),
        report.recipient_id,
        name=report.name,
        recipient_kind=report.kind,
        notice="correction" if before else "report",
        build_id=index.build_id,
        content=report.content,
        files=(*report.files, text_file(text)),
        colours=report.colours,
        warnings=report.warnings,
        about=(before.queued.key,) if before else (),
    )


def key_of(*parts: str) -> str:
    """A message's key: the same parts, the same message."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


# --- archive ---


def text_file(text: str) -> ReportFile:
    """A message's text as a file."""
    content = text.encode()
    return ReportFile(TEXT, hashlib.sha256(content).hexdigest(), len(content))


def keep_text(settings: Settings, text: str) -> None:
    """Put a message's text into the archive."""
    path = archived(settings, text_file(text))
    if not path.exists():
        write_whole(path, text.encode())


def archived(settings: Settings, file: ReportFile) -> Path:
    """Where the archive keeps a file."""
    return settings.archive / file.sha256[:2] / f"{file.sha256}{Path(file.name).suffix}"


def content_of(settings: Settings, file: ReportFile) -> bytes:
    """A file's bytes as they were kept. Raises CunsheError where they are not the same any more."""
    path = archived(settings, file)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise CunsheError(f"{path} is not what was put into the archive.", "Restore the archive from its backup.")
    return content


def _keep(settings: Settings, path: Path, file: ReportFile) -> None:
    """Give a file its further name in the archive."""
    kept = archived(settings, file)
    if not kept.exists():
        make_folder(kept.parent)
        _link(path, kept)
        make_read_only(kept)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without such names
        write_whole(target, source.read_bytes())


def _write_outbox(settings: Settings, index: WeekIndex, queued: list[Event]) -> None:
    stems = {report.recipient_id: report.stem for report in index.recipients}
    with folder_whole(settings.outbox / index.week / index.build_id) as draft:
        for event in queued:
            place = make_folder(draft / stems[event.recipient_id])
            for file in event.files:
                if file.name == TEXT:
                    text = content_of(settings, file).decode()
                    write_new(place / TEXT, f"{subject_of(event)}\n\n{text}".encode())
                else:
                    _link(archived(settings, file), place / file.name)
    share_outbox(settings)
