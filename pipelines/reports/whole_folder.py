"""Write a folder whole or not at all.

Belongs here: temporary folder, fsync, rename. Does not belong here: what is written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

Write = Callable[[str, str], None]


@contextmanager
def whole_folder(out: Path) -> Iterator[Write]:
    """Give a function that writes one text file; when the block ends without an error the files appear as `out`.

    An error leaves `out` as it was. What a killed run left beside `out` is cleared first. An existing `out` (the same
    build rendered again) is moved aside, replaced, and only then removed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    _recover(out)
    draft = out.parent / f".{out.name}.draft-{uuid4().hex}"
    draft.mkdir(mode=0o700)

    def write(name: str, text: str) -> None:
        with (draft / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    try:
        yield write
        _sync(draft)
        _replace(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(draft: Path, out: Path) -> None:
    old = out.parent / f".{out.name}.old"
    if out.exists():
        out.rename(old)
    draft.rename(out)
    _sync(out.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(out: Path) -> None:
    """Undo what a run killed in the middle left: bring the old folder back, or remove leftovers."""
    old = out.parent / f".{out.name}.old"
    if old.exists() and not out.exists():
        old.rename(out)
    for leftover in (old, *out.parent.glob(f".{out.name}.draft-*")):
        shutil.rmtree(leftover, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
