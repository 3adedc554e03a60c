"""What a part of the check has looked at and what it has found against the promises.

A finding names a place and what is wrong there, never a value that points at somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipelines.files import read_yaml

SHOWN = 20  # findings of a part that the table prints; JSON has them all


@dataclass(frozen=True)
class Finding:
    """One breach: where (a file or table of the home, a recipient) and what."""

    where: str
    what: str


@dataclass(frozen=True)
class PartResult:
    """One part of the check: `looked_at` counts what was read, in `unit`; no findings means the promise holds."""

    part: str
    looked_at: int
    unit: str
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The part as JSON, all findings in it."""
        return {**asdict(self), "violations": len(self.findings)}


class PersonsLookedFor(BaseModel):
    """What of persons the analyst edition is searched for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: tuple[str, ...]
    forbidden_columns: tuple[str, ...]
    tables: tuple[str, ...]
    house_id: str
    restricted_tables: tuple[str, ...]


class LookedFor(BaseModel):
    """`looked_for.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audiences: dict[str, tuple[str, ...]]
    outcome_words: tuple[str, ...]
    outcome_kinds: tuple[str, ...]
    general_sentences: tuple[str, ...]
    counted_tables: dict[str, tuple[str, ...]]
    protected_text: dict[str, str]
    apart: tuple[str, ...]
    parsed: tuple[str, ...]
    numbers: dict[str, str]
    persons: PersonsLookedFor


@cache
def looked_for() -> LookedFor:
    """What the check looks for, as data."""
    return LookedFor.model_validate(read_yaml(Path(__file__).with_name("looked_for.yml")))


def as_text(parts: Sequence[PartResult]) -> str:
    """A line per part, and under it its first findings."""
    lines = []
    for part in parts:
        lines.append(f"{part.part:12} {part.looked_at:>8} {part.unit:24} {len(part.findings):>6} violations")
        lines += [f"    {finding.where}: {finding.what}" for finding in part.findings[:SHOWN]]
        if len(part.findings) > SHOWN:
            lines.append(f"    … and {len(part.findings) - SHOWN} more (--json has them all)")
    return "\n".join(lines)
