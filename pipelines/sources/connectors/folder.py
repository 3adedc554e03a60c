"""Dated drop folders: `<root>/<department>/<dataset>/<YYYY-MM-DD>/<file>`; the folder is the delivery date.

The root is the home's inbox or any folder that fsspec reaches: SFTP, S3-compatible stores. Belongs here: finding files and
reading them whole. Does not belong here: remembering which were read (`landing.ledger`).
"""

from __future__ import annotations

import errno
import posixpath
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.errors import CunsheError
from pipelines.sources.connectors.parcel import (
    FileContent,
    FileUnavailable,
    Limits,
    Parcel,
    RefusedFile,
    Secret,
    SourceUnavailable,
    Window,
)
from pipelines.sources.connectors.plain import NotPlain, first_link
from pipelines.sources.contract import Contract
from pipelines.sources.file_names import as_bytes, is_table_name, kind_of, own_name
from pipelines.sources.masking import without_numbers
from pipelines.sources.reasons import reason
from pipelines.sources.source import FolderSource


def parcels(
    contract: Contract, source: FolderSource, inbox: Path, secret: Secret, window: Window, limits: Limits = Limits()
) -> list[Parcel]:
    """The files dropped for a dataset from `since` up to and including `until`, oldest first.

    What systems and programs keep for themselves is passed over, a file in transfer cannot be had yet, and what is no file (a
    link, a pipe, a folder with a file's name) is refused when it is fetched. A folder whose name is no date, or one before
    `since` or after today (a slip of the pen would stretch every weekly figure to it), comes last, to be reported, as does a
    file that lies in no dated folder or deeper. Raises SourceUnavailable.
    """
    where = f"{source.url or inbox}/{contract.department}/{contract.dataset}"
    with _in_words(where):
        folder = _open(source, inbox, secret)
        entries = list(folder.entries(contract.department, contract.dataset))
    dated = [Parcel(entry.place, entry.name, entry.day(window), _Reader(folder, entry, limits), entry.mark) for entry in entries]
    in_time = [parcel for parcel in dated if parcel.delivered_at is None or parcel.delivered_at <= window.until]
    return sorted(in_time, key=lambda parcel: (parcel.delivered_at is None, parcel.place, parcel.file_name))


@dataclass(frozen=True)
class _Entry:
    """What lies in a drop folder: the folder below the dataset's, name, path, size and time, and why it is not read if so."""

    place: str
    name: str
    path: str
    state: str
    not_read: str | None

    def day(self, window: Window) -> date | None:
        """The day of its folder; of what stands where a dated folder should, its own."""
        return _date(self.name if self.place == "." and self.not_read else self.place, window)

    @property
    def mark(self) -> str:
        """What changes when the file does; what is in transfer is nothing new yet."""
        text = "" if self.not_read == _ARRIVING else f"{self.path}|{self.state}"
        return as_bytes(text).decode("utf-8", "backslashreplace")


_ARRIVING = "FILE_ARRIVING"
_NOT_READ = {"arriving": _ARRIVING, "backups": "FILE_IS_BACKUP", "links": "FILE_IS_LINK"}
# What is passed over where the file itself stands beside it.
_BESIDE = (_ARRIVING, "FILE_IS_BACKUP")
# Folders below the dataset's that are looked into.
_DEEPEST = 6


@dataclass(frozen=True)
class _Folder:
    """A folder of a file system: the local disk, SFTP or S3. `promised` is what must be there even while nothing is in it."""

    system: Any
    root: str
    shown: str
    promised: str | None = None
    is_local: bool = False

    def entries(self, *parts: str) -> Iterator[_Entry]:
        """All that lies below, but for what is passed over."""
        top = posixpath.join(self.root, *parts)
        if self.is_local and (link := first_link(self.root, parts)):
            raise SourceUnavailable("SOURCE_LINK", link)
        if not self._is_there(top):
            if self.promised is not None and not self._is_there(self.promised):
                raise SourceUnavailable("SOURCE_FOLDER", self.shown)
            return
        yield from self._below(top, "", 0)

    def _is_there(self, path: str) -> bool:
        """Whether a folder is there. One that may not be looked into is not a missing one: the system's refusal is passed on."""
        try:
            kind = self.system.info(path)["type"]
        except FileNotFoundError:
            return False
        if self.is_local and kind != "directory":
            raise SourceUnavailable("SOURCE_FOLDER", path)
        return True

    def _below(self, top: str, folder: str, depth: int) -> Iterator[_Entry]:
        """A file beside the dated folders, or in one inside them, is found too: it is reported, not passed over."""
        here = posixpath.join(top, folder)
        infos = self._infos(here)
        folders = []
        for name, info in infos.items():
            not_read = _not_read(name, info, depth)
            path = posixpath.join(here, name)
            if kind_of(name) == "passed" or (not_read in _BESIDE and own_name(name) in infos):
                continue
            if info["type"] == "directory" and not_read is None:
                folders.append(name)
            else:
                state = f"{info.get('size')}|{_time(info)}" if not_read is None else not_read
                yield _Entry(folder or ".", name, path, state, not_read)
        for name in folders:
            yield from self._below(top, posixpath.join(folder, name), depth + 1)

    def _infos(self, path: str) -> dict[str, Any]:
        """What the system says of each entry, in the order of the names."""
        listed = {posixpath.basename(info["name"].rstrip("/")): info for info in self.system.ls(path, detail=True)}
        return {name: listed[name] for name in sorted(listed) if name}


def _not_read(name: str, info: Any, depth: int) -> str | None:
    """The code of the reason for which an entry is not read; None for a file, and for a folder that is looked into."""
    if info.get("islink") or info["type"] == "link":
        return "FILE_IS_LINK"
    if info["type"] not in ("file", "directory"):
        return "FILE_IS_SPECIAL"
    if info["type"] == "directory":
        too_deep = depth > _DEEPEST or is_table_name(name)
        return _ARRIVING if kind_of(name) == "arriving" else "FILE_IS_FOLDER" if too_deep else None
    return _NOT_READ.get(kind_of(name) or "")


@dataclass(frozen=True)
class _Reader:
    """Reads one file whole; one that changes meanwhile is left for the next run, one that is too large is not read at all."""

    folder: _Folder
    entry: _Entry
    limits: Limits

    def __call__(self) -> FileContent:
        system, path = self.folder.system, self.entry.path
        inside = path.removeprefix(self.folder.root).lstrip("/")
        where = f"{self.folder.shown}/{without_numbers(inside)}"
        if self.entry.not_read == _ARRIVING:
            raise FileUnavailable(_ARRIVING, without_numbers(inside))
        if self.entry.not_read:
            return _refused(self.entry.not_read, inside)
        with _in_words(where, of_file=True, local=self.folder.is_local):
            try:
                before = _state(system, path)
                if before[0] > self.limits.bytes_:
                    most = f"{self.limits.bytes_ / 2**20:g}"
                    why = reason("FILE_TOO_LARGE", found=-(-before[0] // 2**20), expected=most)
                    return RefusedFile(as_bytes(f"{inside}|{before[0]}|{before[1]}"), why=why)
                content: bytes = system.cat_file(path)
                after = _state(system, path)
            except NotPlain as problem:
                return _refused(problem.code, inside)
        if before != after or len(content) != after[0]:
            raise FileUnavailable("FILE_GROWING", where)
        return FileContent(content, self.limits.reading)


def _refused(code: str, inside: str) -> RefusedFile:
    return RefusedFile(as_bytes(f"{code}|{inside}"), why=reason(code))


def _state(system: Any, path: str) -> tuple[int, object]:
    system.invalidate_cache()
    info = system.info(path)
    return int(info["size"]), _time(info)


def _time(info: Any) -> object:
    return info.get("mtime") or info.get("LastModified")


def _open(source: FolderSource, inbox: Path, secret: Secret) -> _Folder:
    import fsspec

    from pipelines.sources.connectors.plain_files import PlainFiles

    if source.url is None:
        return _Folder(PlainFiles(str(inbox)), str(inbox), str(inbox), is_local=True)
    address = urlsplit(source.url)
    root = address.path
    shown = f"{address.scheme}://{address.hostname or ''}{root}"
    if address.scheme == "sftp":
        from pipelines.sources.connectors.sftp import open_sftp

        system: Any = open_sftp(
            address.hostname or "", source.host_key, port=address.port or 22, username=address.username,
            password=secret(source.password) if source.password else None, timeout=source.timeout_seconds,
            # Less than the whole, so that a server that never greets is known as that.
            banner_timeout=source.timeout_seconds / 2, auth_timeout=source.timeout_seconds,
        )
    elif address.scheme == "s3":
        root = f"{address.hostname}{address.path}"
        system = fsspec.filesystem(
            "s3", key=secret(source.key) if source.key else None,
            secret=secret(source.password) if source.password else None, endpoint_url=source.endpoint,
            client_kwargs={"verify": str(source.ca)} if source.ca else {},
            # s3fs tries again itself; both trying again would multiply the time-out.
            config_kwargs={"connect_timeout": source.timeout_seconds, "read_timeout": source.timeout_seconds,
                           "retries": {"max_attempts": 0}},
            skip_instance_cache=True,
        )
    elif address.scheme in ("", "file", "local"):
        system = PlainFiles(root)
    else:
        system = fsspec.filesystem(address.scheme)
    # A store has no empty folders: of S3 the bucket must be there, else the folder. A slip in an address is no empty folder.
    promised = address.hostname if address.scheme == "s3" else root.rstrip("/")
    return _Folder(system, root.rstrip("/"), shown.rstrip("/"), promised, isinstance(system, PlainFiles))


@contextmanager
def _in_words(where: str, *, of_file: bool = False, local: bool = False) -> Iterator[None]:
    """Turn what a file system raises into a reason with the next step; never its own text, which may quote a secret.

    `of_file`: a refusal or a file that is gone concerns that file alone, not its folder; on the local disk so does all else.
    """
    of_one = FileUnavailable if of_file else SourceUnavailable
    of_all = FileUnavailable if of_file and local else SourceUnavailable
    try:
        yield
    except (SourceUnavailable, CunsheError):
        raise
    except PermissionError:
        raise of_one("SOURCE_DENIED", where) from None
    except TimeoutError:
        raise SourceUnavailable("SOURCE_TIMEOUT", where) from None
    except (ConnectionRefusedError, socket.gaierror):
        raise SourceUnavailable("SOURCE_REFUSED", where) from None
    except FileNotFoundError:
        raise of_one("SOURCE_CHANGED", where) from None
    except Exception as problem:
        raise of_all(_CODES.get(type(problem).__name__, _by_number(problem)), where) from None


# What libraries raise that is no OSError of its own kind, by name so that none of them need be imported.
_CODES = {
    "AuthenticationException": "SOURCE_LOGIN", "BadHostKeyException": "SOURCE_LOGIN", "NoCredentialsError": "SOURCE_LOGIN",
    "EndpointConnectionError": "SOURCE_REFUSED", "NoValidConnectionsError": "SOURCE_REFUSED",
    "SSLError": "SOURCE_TLS", "SSLCertVerificationError": "SOURCE_TLS",
    "UnicodeDecodeError": "SOURCE_FILE_NAME", "ConnectTimeoutError": "SOURCE_TIMEOUT", "ReadTimeoutError": "SOURCE_TIMEOUT",
}


def _by_number(problem: Exception) -> str:
    """Cut connections and full or failing disks come as plain OSError or as a library's own; both are a broken transfer."""
    if isinstance(problem, OSError) and problem.errno in (errno.EACCES, errno.EPERM):
        return "SOURCE_DENIED"
    # A server that takes the connection and never speaks: the library says that it got no greeting.
    return "SOURCE_TIMEOUT" if isinstance(problem.__context__, TimeoutError) else "SOURCE_CUT"


def _date(name: str, window: Window) -> date | None:
    try:
        day = date.fromisoformat(name) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name) else None
    except ValueError:
        return None
    return day if day is not None and window.since <= day <= window.today else None
