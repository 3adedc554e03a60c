"""Files: one is there complete or not at all, whatever kills the process; and YAML.

Belongs here: temporary name, fsync, rename; the lock that keeps two runs out of one home; the parser and writer of YAML.
Does not belong here: what is in a file.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import CunsheError

_TEMPORARY = ".tmp-"
# What the system says when a disk or a quota is full.
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, by libyaml: the parser in Python takes ten times as long, in every process of a run."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def yaml_text(content: Any, width: int = 80) -> str:
    """Content as the text of a YAML file, in the order given, by libyaml too; lines are broken near `width`."""
    text: str = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=width)
    return text


def fsync_path(path: Path) -> None:
    """Force a file or a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write a file by temporary name, fsync and rename; replaces what was there in one step.

    One that is private can be read by its owner only, from its first byte on.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f"{_TEMPORARY}{uuid.uuid4().hex}"
    try:
        mode = 0o600 if is_private else 0o666  # less what the process masks
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    fsync_path(path.parent)


@contextmanager
def folder_whole(target: Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes `target` when the block ends well, and vanishes otherwise.

    An existing `target` is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{_TEMPORARY}{uuid.uuid4().hex}"
    temporary.mkdir()
    try:
        yield temporary
        for path in temporary.rglob("*"):
            fsync_path(path)
        fsync_path(temporary)
        if target.exists():
            old = target.parent / f"{_TEMPORARY}{uuid.uuid4().hex}"
            target.replace(old)
            temporary.replace(target)
            shutil.rmtree(old)
        else:
            temporary.replace(target)
        fsync_path(target.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def clear_temporaries(folder: Path) -> None:
    """Remove what a killed run left under `folder`. Call it only while holding the home's lock."""
    for path in list(folder.rglob(f"{_TEMPORARY}*")) if folder.exists() else []:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def sole_run(lock_file: Path) -> Iterator[None]:
    """Hold the home's lock; the kernel frees it when the process ends, however it ends."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CunsheError(
                f"Another run is at work in {lock_file.parent}.", "Wait until it has ended, then run again."
            ) from None
        yield
