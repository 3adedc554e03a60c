"""Step: everything in the home for its owner only, but for what a setting opens to a group.

Belongs here: finding and closing what is open. Does not belong here: what is opened (`permissions`).
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import close_to_others
from pipelines.permissions import share, shared_paths
from pipelines.settings import Settings

name = "modes"
_OTHERS = 0o077


def pending(settings: Settings) -> list[str]:
    """How many files and folders are to be closed, by folder of the home."""
    counts: dict[str, int] = {}
    for path in _open(settings):
        where = path.relative_to(settings.root).parts[:1]
        counts[where[0] if where else "the home itself"] = counts.get(where[0] if where else "the home itself", 0) + 1
    if not counts:
        return []
    said = ", ".join(f"{where} ({count})" for where, count in sorted(counts.items()))
    return [f"{sum(counts.values())} files and folders that others may read or enter are closed: {said}."]


def apply(settings: Settings) -> None:
    """Close the home first, then all that lies in it; open what the settings open."""
    try:
        for path in _open(settings):
            close_to_others(path)
    except PermissionError as problem:
        raise CunsheError(f"{problem.filename} belongs to another account.", "Run as the home's owner.") from None
    share(settings)


def _open(settings: Settings) -> Iterator[Path]:
    # By inode: a file of the outbox has further names, in closed folders.
    meant = {path.stat().st_ino: bits for path, (_, bits) in shared_paths(settings).items()}
    for path in _tree(settings.root) if settings.root.is_dir() else ():
        now = path.stat(follow_symlinks=False)
        if not stat.S_ISLNK(now.st_mode) and now.st_mode & _OTHERS & ~meant.get(now.st_ino, 0):
            yield path


def _tree(folder: Path) -> Iterator[Path]:
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _tree(path)
        else:
            yield path
