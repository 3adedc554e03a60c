"""The head of the audit log in a second place, where the home's keepers cannot take it back.

Belongs here: writing a head there, reading what was written. Does not belong here: the log (`audit_log`), comparing the two
(`audit_check`).

The place is the setting CUNSHE_AUDIT_HEADS: a file that may only be appended to (of another owner, on another machine), or
`syslog`. It is not made here: a file that has gone is a reason to ask, not to begin anew. Each line has the number and the
hash of an entry and the time, and names nobody.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import CunsheError

SYSLOG = "syslog"
_SOCKET = "/dev/log"
_PRIORITY = 10 * 8 + 6  # authpriv, info (RFC 3164)
_LINE = re.compile(r"cunshe-audit-head (\d+) ([0-9a-f]{64})\b")


@dataclass(frozen=True)
class Noted:
    """A head as somebody knows it: number and hash of an entry; `where` names who knows it."""

    where: str
    no: int
    hash: str


def note_head(place: str | None, no: int, entry_hash: str) -> None:
    """Put a head into the second place, where one is set. Raises CunsheError where it cannot be had: then nobody may look."""
    if place is None:
        return
    line = f"cunshe-audit-head {no} {entry_hash} {datetime.now(UTC).isoformat(timespec='seconds')}"
    try:
        if place == SYSLOG:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
                log.connect(_SOCKET)
                log.send(f"<{_PRIORITY}>cunshe: {line}".encode())
        else:
            _append(Path(place).expanduser(), line.encode() + b"\n")
    except OSError as problem:
        raise CunsheError(
            f"The second place of the audit log, {place}, cannot be written: {problem.strerror or 'cut short'}.",
            "Nobody has looked. Make it reachable (CUNSHE_AUDIT_HEADS); a file there is made by who keeps it, not by Cunshe.",
        ) from None


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        if os.write(descriptor, line) != len(line):
            raise OSError
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def noted_heads(path: Path) -> list[Noted]:
    """The heads in a file: the second place itself, or what was copied from a syslog. Other lines are passed over."""
    try:
        content = path.expanduser().read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise CunsheError(
            f"The heads in {path} cannot be read: {problem.strerror}.", "Ask who keeps them; the log alone proves less."
        ) from None
    return [Noted(str(path), int(no), digest) for no, digest in _LINE.findall(content)]
