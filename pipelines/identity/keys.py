"""Key files: made once, readable by their owner only, never replaced.

Belongs here: making, checking and reading a key file. Does not belong here: what a key is used for (`encrypted`,
`linking`), rotation (a key that is replaced makes every file under it unreadable).
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from pipelines.errors import CunsheError

KEY_BYTES = 32
_PATTERN = re.compile(rb"[0-9a-f]{%d}\n?" % (2 * KEY_BYTES))


def load_or_create_key(path: Path, *, may_create: bool = True) -> bytes:
    """The key in `path` as 32 bytes; a new random one if there is none and `may_create`."""
    if not path.exists():
        if not may_create:
            raise CunsheError(
                f"The key file {path.name} is missing from {path.parent}, and there are files that only it can open.",
                "Put the key file back from its backup. No new key is made: it would open nothing.",
            )
        _create(path)
    return _load(path)


def _create(path: Path) -> None:
    """Write a whole key under its name, or nothing: a kill in between never leaves half a key there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(KEY_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails if another process was first; then its key is the key
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


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
