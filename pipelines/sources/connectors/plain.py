"""Files are opened as what they are, and no link is followed on the way to them.

Belongs here: opening below a root. Does not belong here: what a folder holds (`folder`).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path


class NotPlain(Exception):
    """Something that is no regular file, or lies behind a link; `code` is the reason's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plain_descriptor(root: str, parts: Sequence[str]) -> int:
    """Open `root`/`parts` for reading, folder by folder. Raises NotPlain for a link, a pipe, a socket, a device or a folder.

    What a department can write to may change between two looks: each step is taken from the last one, never by the path.
    """
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = _opened(part, os.O_DIRECTORY, here)
            os.close(here)
            here = inner
        # Opening a pipe or a device for reading would wait for whoever writes to it, or do something to it.
        _require_file(os.stat(parts[-1], dir_fd=here, follow_symlinks=False))
        found = _opened(parts[-1], os.O_NONBLOCK, here)
    finally:
        os.close(here)
    try:
        _require_file(os.fstat(found))
    except NotPlain:
        os.close(found)
        raise
    return found


def first_link(root: str, parts: Sequence[str]) -> str | None:
    """The first of the folders `parts` below `root` that is a link, or None."""
    folders = [Path(root, *parts[: place + 1]) for place in range(len(parts))]
    return next((str(folder) for folder in folders if folder.is_symlink()), None)


def _opened(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=folder)
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.ENOTDIR):
            raise NotPlain("FILE_IS_LINK") from None
        if problem.errno == errno.ENXIO:
            raise NotPlain("FILE_IS_SPECIAL") from None
        raise


def _require_file(state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise NotPlain("FILE_IS_LINK" if stat.S_ISLNK(state.st_mode) else "FILE_IS_SPECIAL")
