"""What another account of the machine, without any key, can read of a finished home.

Belongs here: walking a home as that account would, by the modes on disk, and the grade of what it could read. Does not belong
here: closing it (`upgrade`), what editions and reports tell their readers.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.checks.privacy.findings import Finding, PartResult
from pipelines.permissions import shared_paths
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

_BY_DATASET = ("landing", "inbox", "return_notes")
# Folders of the home that hold no row of any dataset: pages of counts, the parsed project.
_WITHOUT_ROWS = ("data_docs", "dbt")
_SENSITIVE = ("L3", "L4")


# An account that owns nothing and is in no group of its own.
_STRANGER = 65534


@dataclass(frozen=True)
class Account:
    """Another account of the machine: neither the home's owner nor root."""

    uid: int
    groups: frozenset[int] = frozenset()


def check_account(settings: Settings) -> PartResult:
    """What another account without keys can read of the home's content of grade L3 or L4."""
    found = readable_secrets(settings, Account(_STRANGER))
    places = [Finding(str(path.relative_to(settings.root)), "can be read by every account of this machine") for path in found]
    looked_at = sum(path.is_file() for path in settings.root.rglob("*"))
    return PartResult("account", looked_at, "files", tuple(places))


def readable_files(folder: Path, account: Account) -> Iterator[Path]:
    """The files under `folder` whose content the account can read, as the modes from `folder` downwards allow.

    A folder that it may enter and not list is taken as listed: names can be guessed.
    """
    if not _may(folder, account, stat.S_IXOTH):
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from readable_files(path, account)
        elif _may(path, account, stat.S_IROTH):
            yield path


def readable_secrets(settings: Settings, account: Account) -> list[Path]:
    """Files of the home with content of grade L3 or L4 that the account can read, but for what a setting opens to a group of its.

    A file is of the highest grade that it may hold; whether it is encrypted makes no difference here.
    """
    meant = {path for path, (_, bits) in shared_paths(settings).items() if bits == 0o040}
    return [
        path
        for path in readable_files(settings.root, account)
        if grade_of(settings, path) in _SENSITIVE and not (path in meant and not path.stat().st_mode & stat.S_IROTH)
    ]


def grade_of(settings: Settings, path: Path) -> str:
    """The grade of a file of the home: its dataset's, where it is of one; else L4, or L1 where it can hold no row."""
    parts = path.relative_to(settings.root).parts
    if parts[0] in _BY_DATASET and len(parts) > 2:
        contract = load_catalog().get(f"{parts[1]}__{parts[2]}")
        return contract.grade if contract else "L4"
    is_lock = path.stat().st_size == 0
    return "L1" if parts[0] in _WITHOUT_ROWS or is_lock else "L4"


def _may(path: Path, account: Account, other_bit: int) -> bool:
    """Whether the account has the right `other_bit` stands for: by the owner's, the group's or everybody's bits."""
    now = path.stat()
    if now.st_uid == account.uid:
        return bool(now.st_mode & other_bit << 6)
    if now.st_gid in account.groups:
        return bool(now.st_mode & other_bit << 3)
    return bool(now.st_mode & other_bit)
