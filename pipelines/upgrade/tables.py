"""Step: the rows of work secrets, and who is who, encrypted where they lie.

Belongs here: sealing what an earlier version wrote open, one file at a time. Does not belong here: how (`landing.sealed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.files import write_whole
from pipelines.landing.sealed import is_sealed, seal
from pipelines.progress import progress
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

name = "tables"


def pending(settings: Settings) -> list[str]:
    """How many tables lie open that are to be encrypted."""
    landed = sum(path.is_relative_to(settings.landing) for path in _open(settings))
    linked = sum(1 for _ in _open(settings)) - landed
    said = ((landed, "tables of work secrets in landing"), (linked, "tables of who is who in identity"))
    return [f"{count} {what} are encrypted." for count, what in said if count]


def apply(settings: Settings) -> None:
    """Encrypt them, each replaced in one step."""
    waiting = list(_open(settings))
    for done, path in enumerate(waiting):
        progress(f"upgrade {name}", done, len(waiting), "encrypting")
        write_whole(path, seal(path.read_bytes(), settings.root, path))
    progress(f"upgrade {name}", len(waiting), len(waiting), "encrypting")


def _open(settings: Settings) -> Iterator[Path]:
    for contract in load_catalog().values():
        if contract.is_work_secret:
            folder = settings.landing / contract.department / contract.dataset
            yield from (path for path in sorted(folder.glob("*/*.parquet")) if not is_sealed(path))
    yield from (path for path in sorted(settings.identity.glob("*/*.parquet")) if not is_sealed(path))
