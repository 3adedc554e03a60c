"""Faults of whole deliveries: what happens to a department's file after, or instead of, being written properly.

Belongs here: files. Does not belong here: single rows (`defects`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from pipelines.errors import CunsheError
from pipelines.files import copy_new, make_folder, write_whole
from pipelines.simulation.timeline import days

FaultKind = Literal["missing", "truncated", "other_shape", "rows_lost", "resent", "wrong_file"]
_HELD = {"truncated", "other_shape", "wrong_file"}


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, the dataset and the week, 0 being the first simulated one.

    missing: no file. truncated: the file stops in the middle. other_shape: a required column has another header.
    rows_lost: every second village is left out. resent: the same bytes once more, a day later under another name.
    wrong_file: the file of another dataset.
    """

    kind: FaultKind
    department: str
    dataset: str
    week_index: int

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise CunsheError(f"'{self.kind}' is no fault.", f"Choose one of: {', '.join(get_args(FaultKind))}.")

    @property
    def name(self) -> str:
        return f"{self.department}__{self.dataset}"


def expected(fault: str, week_index: int) -> str:
    """What the gate is expected to do with the delivery.

    A missing or resent one has nothing in it to find; lost rows show only against an earlier delivery of a snapshot.
    """
    return "held" if fault in _HELD or (fault == "rows_lost" and week_index > 0) else "none"


def demo_faults() -> tuple[Fault, ...]:
    """What goes wrong in the demo: the questionnaire is late in its second week, so that one feed shows as old."""
    return (Fault("missing", "questionnaire", "village_profile", 1),)


def spoil_file(kind: str, path: Path, other: Path, day_folder: Path) -> None:
    """Apply a fault to a finished file. `other` is a file of another dataset, `day_folder` that of the next day."""
    if kind == "missing":
        path.unlink()
        path.parent.rmdir()
    elif kind == "truncated":
        write_whole(path, _cut(path.read_bytes()))
    elif kind == "resent":
        make_folder(day_folder, exist_ok=False)
        copy_new(path, day_folder / f"{path.stem}（重报）{path.suffix}")
    elif kind == "wrong_file":
        path.unlink()
        copy_new(other, path.parent / other.name)


def _cut(content: bytes) -> bytes:
    """About two thirds of it, ending inside a character where there are any of several bytes, and never at a line end."""
    end = len(content) * 2 // 3
    while end > 1 and not (content[end - 1] >= 0x80 and content[end] >= 0x80):
        end -= 1
    return content[:end]


def next_day_folder(path: Path) -> Path:
    """The dated folder of the day after a delivery."""
    day = date.fromisoformat(path.parent.name)
    return path.parent.parent / (day + days(1)).isoformat()
