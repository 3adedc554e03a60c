"""Which version of rules and code made a build.

Belongs here: fingerprints over what decides what a build says. Does not belong here: what a build holds (`content`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipelines.publishing.rules import EDITIONS_FILE
from pipelines.settings import CATALOG, DBT_PROJECT, SUITES

SEEDS = DBT_PROJECT / "seeds"


@cache
def code_version() -> str:
    """Twelve hex digits over models, macros, seeds, contracts, suites, editions."""
    return _over(DBT_PROJECT / "models", DBT_PROJECT / "macros", SEEDS, CATALOG, SUITES, EDITIONS_FILE.parent)


@cache
def rules_version() -> str:
    """The same over the rules that are data: the seeds."""
    return _over(SEEDS)


def _over(*folders: Path) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in _files(folder):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc")
