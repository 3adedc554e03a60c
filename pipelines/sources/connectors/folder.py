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
    Limits,
    OversizedFile,
    Parcel,
    Secret,
    SourceUnavailable,
    Window,
)
from pipelines.sources.contract import Contract
from pipelines.sources.source import FolderSource


def parcels(
    contract: Contract, source: FolderSource, inbox: Path, secret: Secret, window: Window, limits: Limits = Limits()
) -> list[Parcel]:
    """The files dropped for a dataset from `since` up to and including `until`, oldest first.

    Hidden files and those a copy in progress leaves (`.part`, `~$…`) are passed over; a folder whose name is no date, or
    one before `since` or after today (a slip of the pen would stretch every weekly figure to it), comes last, to be
    reported, as does a file that lies in no dated folder or deeper. Raises SourceUnavailable.
    """
    where = f"{source.url or inbox}/{contract.department}/{contract.dataset}"
    with _in_words(where):
        folder = _open(source, inbox, secret)
        found = [
            Parcel(day, name, _date(day, window), _Reader(folder, path, limits.bytes_), mark)
            for day, name, path, mark in folder.files(contract.department, contract.dataset)
        ]
    in_time = [parcel for parcel in found if parcel.delivered_at is None or parcel.delivered_at <= window.until]
    return sorted(in_time, key=lambda parcel: (parcel.delivered_at is None, parcel.place, parcel.file_name))


@dataclass(frozen=True)
class _Folder:
    """A folder of a file system: the local disk, SFTP or S3. `promised` is what must be there even while nothing is in it."""

    system: Any
    root: str
    shown: str
    promised: str | None = None

    def files(self, *parts: str) -> Iterator[tuple[str, str, str, str]]:
        """(dated folder, file name, path, mark) of every file below."""
        top = posixpath.join(self.root, *parts)
        if not self._is_there(top):
            if self.promised is not None and not self._is_there(self.promised):
                raise SourceUnavailable("SOURCE_FOLDER", self.shown)
            return
        yield from self._below(top, "")

    def _is_there(self, path: str) -> bool:
        """Whether a folder is there. One that may not be looked into is not a missing one: the system's refusal is passed on."""
        try:
            self.system.info(path)
        except FileNotFoundError:
            return False
        return True

    def _below(self, top: str, folder: str) -> Iterator[tuple[str, str, str, str]]:
        """A file beside the dated folders, or in one inside them, is found too: it is reported, not passed over."""
        here = posixpath.join(top, folder)
        for name, mark in self._entries(here, "file"):
            if not name.startswith("~$") and not name.endswith(".part"):
                path = posixpath.join(here, name)
                yield folder or ".", name, path, f"{path}|{mark}"
        for name, _ in self._entries(here, "directory"):
            yield from self._below(top, posixpath.join(folder, name))

    def _entries(self, path: str, kind: str) -> list[tuple[str, str]]:
        """(name, size and time) of what is not hidden, in the order of the names."""
        found = [
            (posixpath.basename(one["name"].rstrip("/")), f"{one.get('size')}|{_time(one)}")
            for one in self.system.ls(path, detail=True)
            if one["type"] == kind
        ]
        return sorted((name, mark) for name, mark in found if name and not name.startswith("."))


@dataclass(frozen=True)
class _Reader:
    """Reads one file whole; one that changes meanwhile is left for the next run, one that is too large is not read at all."""

    folder: _Folder
    path: str
    limit: int

    def __call__(self) -> FileContent:
        system, shown = self.folder.system, self.path.removeprefix(self.folder.root).lstrip("/")
        with _in_words(f"{self.folder.shown}/{shown}"):
            before = _state(system, self.path)
            if before[0] > self.limit:
                return OversizedFile(f"{shown}|{before[0]}|{before[1]}".encode(), before[0], self.limit)
            content: bytes = system.cat_file(self.path)
            after = _state(system, self.path)
        if before != after or len(content) != after[0]:
            raise SourceUnavailable("FILE_GROWING", f"{self.folder.shown}/{shown}")
        return FileContent(content)


def _state(system: Any, path: str) -> tuple[int, object]:
    system.invalidate_cache()
    info = system.info(path)
    return int(info["size"]), _time(info)


def _time(info: Any) -> object:
    return info.get("mtime") or info.get("LastModified")


def _open(source: FolderSource, inbox: Path, secret: Secret) -> _Folder:
    import fsspec

    if source.url is None:
        return _Folder(fsspec.filesystem("file"), str(inbox), str(inbox))
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
    else:
        system = fsspec.filesystem(address.scheme or "file")
    # A store has no empty folders: of S3 the bucket must be there, else the folder. A slip in an address is no empty folder.
    promised = address.hostname if address.scheme == "s3" else root.rstrip("/")
    return _Folder(system, root.rstrip("/"), shown.rstrip("/"), promised)


@contextmanager
def _in_words(where: str) -> Iterator[None]:
    """Turn what a file system raises into a reason with the next step; never its own text, which may quote a secret."""
    try:
        yield
    except (SourceUnavailable, CunsheError):
        raise
    except PermissionError:
        raise SourceUnavailable("SOURCE_DENIED", where) from None
    except TimeoutError:
        raise SourceUnavailable("SOURCE_TIMEOUT", where) from None
    except (ConnectionRefusedError, socket.gaierror):
        raise SourceUnavailable("SOURCE_REFUSED", where) from None
    except FileNotFoundError:
        raise SourceUnavailable("SOURCE_CHANGED", where) from None
    except Exception as problem:
        raise SourceUnavailable(_CODES.get(type(problem).__name__, _by_number(problem)), where) from None


# What libraries raise that is no OSError of its own kind, by name so that none of them need be imported.
_CODES = {
    "AuthenticationException": "SOURCE_LOGIN", "BadHostKeyException": "SOURCE_LOGIN", "NoCredentialsError": "SOURCE_LOGIN",
    "EndpointConnectionError": "SOURCE_REFUSED", "NoValidConnectionsError": "SOURCE_REFUSED",
    "SSLError": "SOURCE_TLS", "SSLCertVerificationError": "SOURCE_TLS",
    "ConnectTimeoutError": "SOURCE_TIMEOUT", "ReadTimeoutError": "SOURCE_TIMEOUT",
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
