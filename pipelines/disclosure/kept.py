"""What was decided of a week, kept under the home: a week whose counts are as they were is not searched again.

Belongs here: keeping and finding a week's decision by all that it rests on. Does not belong here: deciding (`decisions`).

A decision rests on the week's counts or indicators, on who adds up what, on the rules' thresholds, the small cell and the code
of this room; a file that was made of anything else, or cannot be read, is as good as none. The folder holds where small counts
are, and is closed like all of the home.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.disclosure.cells import Figure
from pipelines.disclosure.petitions import County
from pipelines.files import write_whole

FORMAT = 1
ShownRule = tuple[str, str]  # rule, village


@dataclass(frozen=True)
class WeekDecision:
    """What is hidden of one week, and the rule values that are shown, as (rule, village)."""

    hidden: frozenset[Figure]
    shown_rules: frozenset[ShownRule]


@dataclass(frozen=True)
class KeptDecisions:
    """The decisions that lie in `folder`, a file per week; `cell` is the small cell that they are asked for."""

    folder: Path
    cell: int

    def find(self, week: date, rests_on: str) -> WeekDecision | None:
        """The decision of a week's petition counts that was made of the same; None where there is none."""
        content = self._read(f"{week.isoformat()}.json", rests_on)
        try:
            shown = frozenset((rule, village) for rule, village in content["shown_rules"]) if content else frozenset()
            return WeekDecision(_figures(content["hidden"]), shown) if content else None
        except (KeyError, TypeError, ValueError):
            return None

    def keep(self, week: date, rests_on: str, decision: WeekDecision) -> None:
        """Keep a week's decision in the place of an earlier one."""
        content = {"hidden": sorted(decision.hidden), "shown_rules": sorted(decision.shown_rules)}
        self._write(f"{week.isoformat()}.json", rests_on, content)

    def find_indicators(self, week: date, rests_on: str) -> frozenset[Figure] | None:
        """What is hidden of a week's restricted indicators, decided of the same; None where nothing is kept."""
        content = self._read(f"{week.isoformat()}.indicators.json", rests_on)
        try:
            return _figures(content["hidden"]) if content else None
        except (KeyError, TypeError):
            return None

    def keep_indicators(self, week: date, rests_on: str, hidden: frozenset[Figure]) -> None:
        """Keep what is hidden of a week's restricted indicators."""
        self._write(f"{week.isoformat()}.indicators.json", rests_on, {"hidden": sorted(hidden)})

    def digest(self, county: County, also_open: list[Figure]) -> str:
        """A fingerprint of all that the decision of a week's petition counts rests on."""
        copies = [(kind, sorted((name, sorted(own)) for name, own in scopes.items())) for kind, scopes in county.copies.items()]
        return self.fingerprint(
            (
                sorted(county.villages),
                sorted(county.counts.items()),
                sorted(copies),
                sorted((rule, thresholds.tests) for rule, thresholds in county.thresholds.items()),
                sorted(also_open),
            )
        )

    def fingerprint(self, said: object) -> str:
        """A fingerprint of plain values, of the small cell and of this room's code."""
        return hashlib.sha256(repr((self.cell, said, _code())).encode()).hexdigest()

    def _read(self, name: str, rests_on: str) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = json.loads((self.folder / name).read_text("utf-8"))
            return content if (content["format"], content["rests_on"]) == (FORMAT, rests_on) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, name: str, rests_on: str, content: dict[str, Any]) -> None:
        whole = {"format": FORMAT, "rests_on": rests_on, **content}
        write_whole(self.folder / name, json.dumps(whole, ensure_ascii=False).encode())


def _figures(rows: list[list[str]]) -> frozenset[Figure]:
    return frozenset(Figure(*row) for row in rows)


@cache
def _code() -> str:
    """A fingerprint of this room: another way of deciding decides anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in (".py", ".yml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
