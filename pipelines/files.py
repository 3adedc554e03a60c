"""Files: one is there complete or not at all, whatever kills the process, and its owner's only; and YAML.

Belongs here: making every folder and file, temporary name, fsync, rename; the lock that keeps two runs out of one home; the
parser and writer of YAML. Does not belong here: what is in a file, whom a setting lets read it (`permissions`).
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import CunsheError

_TEMPORARY = ".tmp-"
PRIVATE_FOLDER, PRIVATE_FILE, PRIVATE_UMASK = 0o700, 0o600, 0o077
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


def close_process() -> None:
    """Have whatever this process and its children make be their account's only. Each front door calls it first.

    What we make ourselves is closed without it; this is for what libraries make (DuckDB, dbt, Dagster, pyarrow).
    """
    os.umask(PRIVATE_UMASK)


def make_folder(path: Path, *, exist_ok: bool = True) -> Path:
    """Make a folder and those above it that are missing, for the owner only; one that is there stays as it is.

    Raises FileExistsError where it is there and not `exist_ok`, or where something else has its name.
    """
    if not path.parent.is_dir():
        make_folder(path.parent)
    path.mkdir(mode=PRIVATE_FOLDER, exist_ok=exist_ok)
    return path


def close_to_others(path: Path) -> None:
    """Take from everybody but the owner what they may do with a file or a folder; what the owner may stays."""
    mode = path.stat(follow_symlinks=False).st_mode & 0o7777
    if mode & 0o7077:
        path.chmod(mode & 0o700)


def share_like(folder: Path, path: Path) -> None:
    """Let a folder's group do with what is new in it what it may do with the folder: another account may have to answer there."""
    mode = folder.stat().st_mode
    path.chmod(stat.S_IMODE(mode) if path.is_dir() else PRIVATE_FILE | mode & 0o060)


def make_read_only(path: Path) -> None:
    """Have a file stay as it is: its owner reads it, nobody writes it."""
    path.chmod(PRIVATE_FILE & 0o444)


def new_file(path: Path) -> BufferedWriter:
    """A new file of the owner's only, open for writing. Raises FileExistsError where there is one."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb")  # noqa: PTH123 - a descriptor


def write_new(path: Path, content: bytes) -> None:
    """Write a file of a draft, whose folder becomes whole later (`folder_whole`). Raises FileExistsError where there is one."""
    with new_file(path) as file:
        file.write(content)


def copy_new(source: Path, target: Path) -> None:
    """Copy a file's bytes to a name that is free, for the owner only."""
    with source.open("rb") as there, new_file(target) as here:
        shutil.copyfileobj(there, here)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file by temporary name, fsync and rename; replaces what was there in one step. Its owner only can read it."""
    make_folder(path.parent)
    temporary = path.parent / f"{_TEMPORARY}{uuid.uuid4().hex}"
    try:
        with new_file(temporary) as file:
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
    temporary = make_folder(target.parent / f"{_TEMPORARY}{uuid.uuid4().hex}")
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


def remove_build(build_db: Path) -> None:
    """Remove dbt's own file and what DuckDB keeps beside it: they hold every landed row."""
    for path in build_db.parent.glob(f"{build_db.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


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
    busy = CunsheError(f"Another run is at work in {lock_file.parent}.", "Wait until it has ended, then run again.")
    with held(lock_file, busy):
        yield


@contextmanager
def held(lock_file: Path, busy: CunsheError) -> Iterator[None]:
    """Hold a lock file, whose content and times stay as they are. Raises `busy` where another process holds it."""
    make_folder(lock_file.parent)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise busy from None
        yield
    finally:
        os.close(descriptor)
