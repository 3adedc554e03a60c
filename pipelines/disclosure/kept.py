"""What was decided of a week, kept under the home: a week whose counts are as they were is not searched again.

Belongs here: keeping and finding a week's decision by all that it rests on. Does not belong here: deciding (`decisions`).

A decision rests on the week's counts, on who adds up what, on the rules' thresholds, the small cell and the code of this room; a
file that was made of anything else, or cannot be read, is as good as none. The folder holds where small counts are, and is
closed like all of the home.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

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
        """The decision of a week that was made of the same; None where there is none."""
        try:
            content = json.loads(self._path(week).read_text("utf-8"))
            if (content["format"], content["rests_on"]) != (FORMAT, rests_on):
                return None
            return WeekDecision(
                frozenset(Figure(*figure) for figure in content["hidden"]),
                frozenset((rule, village) for rule, village in content["shown_rules"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, week: date, rests_on: str, decision: WeekDecision) -> None:
        """Keep a week's decision in the place of an earlier one."""
        content = {
            "format": FORMAT,
            "rests_on": rests_on,
            "hidden": sorted(decision.hidden),
            "shown_rules": sorted(decision.shown_rules),
        }
        write_whole(self._path(week), json.dumps(content, ensure_ascii=False).encode())

    def digest(self, county: County, also_open: list[Figure]) -> str:
        """A fingerprint of all that a week's decision rests on."""
        copies = [(kind, sorted((name, sorted(own)) for name, own in scopes.items())) for kind, scopes in county.copies.items()]
        said = (
            self.cell,
            sorted(county.villages),
            sorted(county.counts.items()),
            sorted(copies),
            sorted((rule, thresholds.tests) for rule, thresholds in county.thresholds.items()),
            sorted(also_open),
            _code(),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def _path(self, week: date) -> Path:
        return self.folder / f"{week.isoformat()}.json"


@cache
def _code() -> str:
    """A fingerprint of this room: another way of deciding decides anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in (".py", ".yml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
