"""Step: dbt's own file, which earlier versions left behind with every landed row in it, removed.

Belongs here: that one file. Does not belong here: when a run removes it (`assets.publishing`).
"""

from __future__ import annotations

from pipelines.files import remove_build
from pipelines.settings import Settings

name = "build"


def pending(settings: Settings) -> list[str]:
    """Whether it lies there and no setting keeps it."""
    there = not settings.keep_build and any(settings.build_db.parent.glob(f"{settings.build_db.name}*"))
    return [f"{settings.build_db.relative_to(settings.root)} is removed; the next run makes it again."] if there else []


def apply(settings: Settings) -> None:
    """Remove it."""
    if pending(settings):
        remove_build(settings.build_db)
