"""Key files and rings of keys: each use has a folder of its own, which may belong to another account.

A ring is `<folder>/<name>.key`, the current key, and `<folder>/<name>.<id>.key`, former ones that something still needs. An id
is derived from its key and says nothing about it. A key file is made once, whole, and readable by its owner only.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import fsync_path
from pipelines.keys.digests import keyed_digest

KEY_BYTES = 32
# Keys once lay side by side under these names, see `pipelines.upgrade.keys`.
FORMER_LAYOUT = ("vault.key", "authorised.key", "delivery.key")
_PATTERN = re.compile(rb"[0-9a-f]{%d}\n?" % (2 * KEY_BYTES))


def key_id(key: bytes) -> str:
    """16 digits by which a key is named."""
    return keyed_digest(key, "key id")[:16]


def load_or_create_key(path: Path, *, may_create: bool = True) -> bytes:
    """The key in `path` as 32 bytes; a new random one if there is none and `may_create`."""
    if not _is_there(path):
        _refuse_former_layout(path)
        if not may_create:
            raise CunsheError(
                f"The key file {path.name} is missing from {path.parent}, and there are files that only it can open.",
                "Put the key file back from its backup, or join its shares (cunshe vault join). "
                "No new key is made: it would open nothing.",
            )
        _create(path, secrets.token_bytes(KEY_BYTES))
    return _load(path)


def write_key(path: Path, key: bytes) -> None:
    """Put a known key where there is none. Raises CunsheError where another key lies there; the same is left as it is."""
    if not _is_there(path):
        _create(path, key)
    if _load(path) != key:
        raise CunsheError(f"Another key lies in {path}.", "Move it away if you are sure that nothing needs it.")


@dataclass(frozen=True)
class KeyRing:
    """The current key of one use, in the file `path`, and the former ones beside it."""

    path: Path

    def current(self, *, may_create: bool = False) -> bytes:
        """The key that new things are made with."""
        return load_or_create_key(self.path, may_create=may_create)

    def keys(self, *, may_create: bool = False) -> list[bytes]:
        """The current key and then the former ones: what was made before opens with one of them."""
        current = self.current(may_create=may_create)
        return [current, *(key for key in map(_load, self._former_files()) if key != current)]

    def renew(self) -> bytes:
        """A new current key; the one of before stays as a former key. Killed at any point, no key is lost."""
        before, new = self.current(), secrets.token_bytes(KEY_BYTES)
        for left in self.path.parent.glob(f".{self.path.name}.*"):  # of a process that was killed
            left.unlink()
        write_key(self.former_path(before), before)
        draft = _draft(self.path, new)
        draft.replace(self.path)
        fsync_path(self.path.parent)
        return new

    def drop_former(self) -> list[str]:
        """Remove the former keys and return their ids; only `current` opens anything from then on."""
        current, gone = self.current(), []
        for path in self._former_files():
            key = _load(path)
            path.unlink()
            if key != current:
                gone.append(key_id(key))
        fsync_path(self.path.parent)
        return gone

    def former_path(self, key: bytes) -> Path:
        """Where a former key lies."""
        return self.path.with_name(f"{self.path.stem}.{key_id(key)}.key")

    @property
    def is_shared(self) -> bool:
        """Whether another home has said that it uses these keys, too."""
        return _is_there(self._mark)

    def share(self) -> None:
        """Note that another home uses these keys, so that none is dropped while it may need it."""
        self._mark.touch(0o600)

    @property
    def _mark(self) -> Path:
        return self.path.with_name("shared")

    def files(self) -> list[Path]:
        """All files of the ring that there are, the current key first."""
        return [path for path in (self.path, *self._former_files()) if _is_there(path)]

    def _former_files(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{self.path.stem}.{'[0-9a-f]' * 16}.key"))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        raise CunsheError(
            f"The folder of the key file {path} belongs to another account.",
            "Run this as the account that owns it (docs/operations.md, Roles on one machine).",
        ) from None


def _refuse_former_layout(path: Path) -> None:
    folder = path.parent.parent
    if any(_is_there(folder / name) for name in FORMER_LAYOUT):
        raise CunsheError(
            f"The keys in {folder} lie as a version of Cunshe before this one left them.", "Run: cunshe upgrade"
        )


def _create(path: Path, key: bytes) -> None:
    """Write a whole key under its name, or nothing: a kill in between never leaves half a key there."""
    for folder in (path.parent.parent, path.parent):
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            folder.chmod(0o700)
    draft = _draft(path, key)
    try:
        os.link(draft, path)
    except FileExistsError:  # another process was first; then its key is the key
        return
    finally:
        draft.unlink(missing_ok=True)
    fsync_path(path.parent)


def _draft(path: Path, key: bytes) -> Path:
    """A whole key file beside `path`, on disk, for its owner only: the folder's, where the system's administrator writes it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.geteuid() == 0:
                owner = path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(key.hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _load(path: Path) -> bytes:
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o077:
        raise CunsheError(f"The folder of the key file {path} is open to other users.", f"Run: chmod 700 {path.parent}")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CunsheError(f"The key file {path} is open to other users.", f"Run: chmod 600 {path}")
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise CunsheError(f"The key file {path} cannot be read: {problem.strerror}.", "Check its owner.") from None
    if not _PATTERN.fullmatch(content):
        raise CunsheError(
            f"The key file {path} does not hold {2 * KEY_BYTES} hexadecimal digits.",
            "Put the key file back from its backup.",
        )
    return bytes.fromhex(content.decode())
