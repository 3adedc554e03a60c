"""Files that are encrypted as they lie on the disk: told by the mark of the software that did it.

Belongs here: recognising them; the marks are data (`encrypted.yml`). Does not belong here: passwords of workbooks (`legacy`)
and of archives (`archive`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.files import read_yaml

_EARLY = 64


@cache
def _marks() -> tuple[tuple[str, bytes, bytes], ...]:
    """(name of the software, first bytes, bytes near the beginning); one of the two is empty."""
    marks = read_yaml(Path(__file__).with_name("encrypted.yml"))
    return tuple((mark["name"], mark.get("starts", "").encode(), mark.get("early", "").encode()) for mark in marks)


def encrypted_by(content: bytes) -> str | None:
    """What has encrypted the bytes; None where no mark is known."""
    head = content[:_EARLY]
    return next(
        (name for name, starts, early in _marks() if (starts and head.startswith(starts)) or (early and early in head)), None
    )
