"""Who looked into the vault or an authorised edition, when and why: an append-only log whose entries hang together.

Belongs here: writing an entry, checking the whole log, reading it. Does not belong here: opening the vault (`vault`, which
writes an entry each time it opens) or an edition (`looks`), what is printed of the log (`cli_audit`). Kept for at least three
years (政务数据共享条例 §29); no entry holds a name (but of who looks) or a number of anybody.

One line of JSON per entry: number, time (UTC), who, what, why, whom it is about, parameters, rows, the hash of the entry
before, and its own hash, an HMAC under the log's key. The number and hash of the newest entry (the head) also stand in a file
beside the log, in the vault as of its last opening, and in the second place, where one is set (`audit_heads`).

What this protects against: without the key nobody can change, insert, remove, or move an entry, or cut the log's end,
without `verify` naming the first place; a gap stays visible, for the next entry goes on from the newest head known. Who has the
key can write a chain anew, and who puts back log, head and vault of an older day removes what came between: that only the
second place shows.

A process killed while it writes leaves a torn last line: bytes after the last whole entry that the head does not know.
Nobody has looked then, since nothing is handed out before its entry is on disk. The next writer leaves the bytes, and says
in an entry of its own how many there are and what their hash is.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import json
import os
import pwd
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CunsheError
from pipelines.files import fsync_path, write_whole
from pipelines.identity.audit_heads import Noted, note_head
from pipelines.keys.digests import keyed_digest
from pipelines.sources.masking import without_numbers

HEALED = "torn_line_healed"
_NOTHING = "0" * 64
_PERSON_ID = re.compile(r"P[0-9a-f]{16}")
HEAD_FILE = "head.json"
_HEAD_TABLE = "create table if not exists audit_head (no bigint not null, hash varchar not null)"


@dataclass(frozen=True)
class Look:
    """One look into the vault or an edition: who, what, why; `subject` is a person_id where it is about one person.

    `parameters` and `why` hold no name and no number of anybody; `rows`: how many records or persons it is about, if known.
    """

    by: str
    what: str
    why: str
    subject: str | None = None
    parameters: Mapping[str, str | int | bool] = field(default_factory=dict)
    rows: int | None = None

    def __post_init__(self) -> None:
        for name, text in (("who looks", self.by), ("the reason", self.why)):
            if not text.strip():
                raise CunsheError(f"A look needs {name}.", "Say it: it is written into the audit log.")
            if without_numbers(text) != text:
                raise CunsheError(
                    "What would be written into the audit log holds something like an ID or telephone number.",
                    "Name persons by their person_id.",
                )
        if self.subject is not None and not _PERSON_ID.fullmatch(self.subject):
            raise CunsheError("This is no person_id.", "A person_id is P and 16 digits or letters a to f.")


def run_look(what: str, why: str, **more: Any) -> Look:
    """A look that no person takes but a run; who is the user of the system that runs it."""
    return Look(f"{_user()} (run)", what, why, **more)


def user_look(what: str, why: str, **more: Any) -> Look:
    """A look of whoever types a command, where the command asks for no name."""
    return Look(_user(), what, why, **more)


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container without a list of users
        return f"uid {os.getuid()}"


@dataclass(frozen=True)
class Entry:
    """One entry of the log, as it stands in its line."""

    no: int
    at: str
    by: str
    what: str
    why: str
    subject: str | None
    parameters: dict[str, Any]
    rows: int | None
    previous: str
    hash: str = ""

    def line(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    def hashed(self, key: bytes) -> Entry:
        """The entry with its own hash."""
        body = replace(self, hash="").line()
        return replace(self, hash=keyed_digest(key, body))


@dataclass(frozen=True)
class Head:
    """The newest entry, as the vault or the file beside the log knows it; number 0 before there is any."""

    no: int = 0
    hash: str = _NOTHING


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found. `problem` is the first thing that is wrong; None if nothing is."""

    entries: int
    head: Head
    problem: str | None
    is_torn: bool = False  # the last line was not written to its end; the next entry says so


def _read(line: bytes, keys: Sequence[bytes]) -> Entry | None:
    """The entry in a line; None if a byte of it is not as it was written under one of the keys."""
    try:
        entry = Entry(**json.loads(line))
        good = entry.line() == line and any(hmac.compare_digest(entry.hashed(key).hash, entry.hash) for key in keys)
    except (ValueError, TypeError, AttributeError):
        return None
    return entry if good else None


# --- writing ---


def write_entry(
    path: Path, keys: Sequence[bytes], vault: Any, look: Look, second_place: str | None = None
) -> Entry:
    """Append an entry, force it to disk, and note it as the head wherever heads are kept.

    `keys` are the log's current key and its former ones (`keys.KeyRing.keys`). `vault` is a writable connection to it where it
    is open, else None. Raises CunsheError, with the next step, if the log, the head beside it, the vault's or the second place
    cannot be written: then nobody may see anything.
    """
    try:
        with _held(path) as file:
            head = max(filed_head(path), _vault_head(vault), key=lambda one: one.no)
            entry = _append(file, keys, head, look)
            write_whole(path.with_name(HEAD_FILE), json.dumps([entry.no, entry.hash]).encode())
            note_head(second_place, entry.no, entry.hash)
        if vault is not None:
            vault.begin()
            vault.execute("delete from audit_head")
            vault.execute("insert into audit_head values (?, ?)", [entry.no, entry.hash])
            vault.commit()
    except (OSError, duckdb.IOException) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "the vault could not be written"
        raise CunsheError(
            f"The audit log {path} cannot be written: {why}.",
            "Nobody has looked: without an entry nothing is handed out. Make room or make it writable, then try again.",
        ) from None
    return entry


def _vault_head(vault: Any) -> Head:
    if vault is None:
        return Head()
    vault.execute(_HEAD_TABLE)
    return _head(vault)


def filed_head(path: Path) -> Head:
    """The newest entry as the file beside the log knows it; number 0 where there is no such file."""
    file = path.with_name(HEAD_FILE)
    if not file.exists():
        return Head()
    try:
        no, digest = json.loads(file.read_bytes())
        return Head(int(no), str(digest))
    except (ValueError, TypeError):
        raise CunsheError(
            f"The file {file} is not as it was written.",
            "Keep it for who audits, then put it back from a backup, or remove it: vault and second place know a head, too.",
        ) from None


@contextmanager
def _held(path: Path) -> Iterator[FileIO]:
    """The log, open for this writer alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not path.exists()
    with FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    if is_new:
        fsync_path(path.parent)


def _append(file: FileIO, keys: Sequence[bytes], head: Head, look: Look) -> Entry:
    last, left = _last_entry(file.read(), keys)
    known = Head(last.no, last.hash) if last else Head()
    # What the vault knows and the log does not was cut off: going on from the vault's head keeps the gap in sight.
    before = max(known, head, key=lambda one: one.no)
    lines = b""
    if left:
        lines, left = (b"", left) if left.endswith(b"\n") else (b"\n", left + b"\n")
        if before == known:
            healed = Look(look.by, HEALED, "the last line was not written to its end", parameters=_torn(left))
            entry = _entry(before, healed, keys[0])
            lines, before = lines + entry.line() + b"\n", Head(entry.no, entry.hash)
    entry = _entry(before, look, keys[0])
    lines += entry.line() + b"\n"
    if file.write(lines) != len(lines):
        raise OSError(errno.ENOSPC, "it could not be written to its end")
    os.fsync(file.fileno())
    return entry


def _entry(before: Head, look: Look, key: bytes) -> Entry:
    return Entry(
        before.no + 1, datetime.now(UTC).isoformat(timespec="milliseconds"), look.by, look.what, look.why, look.subject,
        dict(look.parameters), look.rows, before.hash,
    ).hashed(key)  # fmt: skip


def _last_entry(content: bytes, keys: Sequence[bytes]) -> tuple[Entry | None, bytes]:
    """The last whole entry, and the bytes after it."""
    end = len(content)
    while (stop := content.rfind(b"\n", 0, end)) >= 0:
        start = content.rfind(b"\n", 0, stop) + 1
        if entry := _read(content[start:stop], keys):
            return entry, content[stop + 1 :]
        end = stop
    return None, content


def _torn(piece: bytes) -> dict[str, str | int | bool]:
    return {"bytes": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}


# --- reading ---


def head_of(vault: Any) -> Head:
    """The newest entry as the vault knows it; of a vault nobody has looked into yet, number 0."""
    found = vault.execute("select count(*) from information_schema.tables where table_name = 'audit_head'").fetchone()
    return _head(vault) if found[0] else Head()


def _head(vault: Any) -> Head:
    found = vault.execute("select no, hash from audit_head").fetchone()
    return Head(*found) if found else Head()


def verify(path: Path, keys: Sequence[bytes], head: Head, noted: Iterable[Noted] = ()) -> Verdict:
    """Check every byte of the log against its keys, the vault's head and the heads that others have noted.

    After the first entry under the current key none counts that was written under a former one: who still has that cannot go on.
    """
    *lines, tail = (path.read_bytes() if path.exists() else b"").split(b"\n")
    last, left = Head(), b""  # the last good entry, and what stands unread behind it
    hashes: dict[int, str] = {}
    good_keys = keys
    for number, line in enumerate(lines, 1):
        entry = _read(line, good_keys)
        if entry is None:
            left += line + b"\n"
            continue
        if problem := _wrong(entry, last, left, head, number):
            return Verdict(len(hashes), head, problem)
        last, left = Head(entry.no, entry.hash), b""
        hashes[entry.no] = entry.hash
        if len(good_keys) > 1 and entry.hashed(keys[0]).hash == entry.hash:
            good_keys = keys[:1]
    left += tail
    known = (Noted("the vault", head.no, head.hash), *noted)
    for one in sorted(known, key=lambda one: one.no):
        if 0 < one.no <= last.no and hashes[one.no] != one.hash:
            return Verdict(len(hashes), head, f"Entry {one.no} is not the one that {one.where} knows.")
    furthest = max(known, key=lambda one: one.no)
    if furthest.no > last.no:
        what = "is not as it was written" if left else "is missing"
        problem = f"Entry {last.no + 1} {what}; {furthest.where} knows of entries up to {furthest.no}."
        return Verdict(len(hashes), head, problem)
    return Verdict(len(hashes), Head(last.no, last.hash), None, is_torn=bool(left))


def _wrong(entry: Entry, last: Head, left: bytes, head: Head, line: int) -> str | None:
    """What is wrong with a whole entry where it stands; None if nothing is."""
    if entry.parameters != _torn(left) if entry.what == HEALED else left:
        return f"Entry {last.no + 1}, before line {line}, is not as it was written."
    if entry.no != last.no + 1:
        return f"Entry {last.no + 1} is missing: line {line} holds entry {entry.no}."
    if entry.previous != last.hash:
        return f"Entry {entry.no}, line {line}, does not follow on the entry before it."
    if entry.no == head.no and entry.hash != head.hash:
        return f"Entry {entry.no}, line {line}, is not the one that the vault knows."
    return None


def entries(path: Path, keys: Sequence[bytes]) -> list[Entry]:
    """The whole entries of the log in the order they were written; `verify` says whether the log can be trusted."""
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [entry for line in lines if (entry := _read(line, keys))]
