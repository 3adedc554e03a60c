"""What one week's folder holds, for machines: `index.json`, written last by `render_week` and read by `delivery`.

Belongs here: its shape, writing and reading it. Does not belong here: the page `index.html`, sending (`delivery`).

`content` is what a recipient's page says, whatever the build that says it is called: two builds of equal content differ
in their build id only, so that a week run again is not sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import write_new
from pipelines.reports.page import PageEntry, ReportIndex

FILE = "index.json"
_FORMAT = 1  # of index.json; those of before say none and are the same


@dataclass(frozen=True)
class ReportFile:
    """One file of a recipient's report."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class RecipientReport:
    """One recipient's report in all its forms. Counts: villages by colour, open and new and cleared warnings."""

    recipient_id: str
    kind: str
    name: str
    villages: int
    content: str
    files: tuple[ReportFile, ...]
    colours: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What the names of its files have in common."""
        return self.files[0].name.partition(".")[0]


@dataclass(frozen=True)
class WeekIndex:
    """The reports of one build. `restated` is the part of that name of the build's `build.json`."""

    build_id: str
    week: str
    as_of: date
    restated: dict[str, Any]
    recipients: tuple[RecipientReport, ...]


def write_index(folder: Path, index: ReportIndex, as_of: date, restated: Mapping[str, Any]) -> None:
    """Write the index of the reports that lie in `folder`, which may be a draft. Call it when all files are there."""
    names = sorted(path.name for path in folder.iterdir())
    files: dict[str, list[str]] = {}
    for name in names:
        files.setdefault(name.partition(".")[0], []).append(name)
    week = WeekIndex(
        index.build_id,
        index.week,
        as_of,
        dict(restated),
        tuple(_recipient(folder, entry, files[entry.file.partition(".")[0]], index.build_id) for entry in index.pages),
    )
    text = json.dumps({"format": _FORMAT, **asdict(week)}, ensure_ascii=False, indent=1, default=str)
    write_new(folder / FILE, text.encode())


def _recipient(folder: Path, entry: PageEntry, names: list[str], build_id: str) -> RecipientReport:
    page = (folder / entry.file).read_bytes().replace(build_id.encode(), b"")
    counts = entry.counts
    return RecipientReport(
        entry.recipient_id,
        entry.kind,
        entry.name,
        entry.villages,
        hashlib.sha256(page).hexdigest(),
        tuple(_file(folder / name) for name in names),
        entry.colours,
        {"red": counts.red, "yellow": counts.yellow, "new": counts.new, "cleared": counts.cleared},
    )


def _file(path: Path) -> ReportFile:
    content = path.read_bytes()
    return ReportFile(path.name, hashlib.sha256(content).hexdigest(), len(content))


def read_index(folder: Path) -> WeekIndex:
    """The index of a week's folder. Raises CunsheError where there is none."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CunsheError(f"{folder} holds no reports.", "Run the week again: cunshe run --week …") from None
    found.pop("format", _FORMAT)
    recipients = tuple(_read_recipients(found.pop("recipients")))
    return WeekIndex(**{**found, "as_of": date.fromisoformat(found["as_of"])}, recipients=recipients)


def _read_recipients(rows: list[dict[str, Any]]) -> Iterator[RecipientReport]:
    for row in rows:
        yield RecipientReport(**{**row, "files": tuple(ReportFile(**one) for one in row["files"])})
