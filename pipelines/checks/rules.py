"""Every warning rule, from a department's file to whoever reads of it: what fired, was published and was read, and what was not.

Belongs here: running the county in which every rule fires, what the seed expects of each rule, comparing. Does not belong here:
the county (`simulation.every_rule`), opening what was written (`rules_read`), the table (`rules_table`). Who should read a rule
comes from the seed and the responsibilities, never from the code of the reports.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.checks.rules_read import FORMS, KINDS, Fired, Read, read_home
from pipelines.errors import CunsheError
from pipelines.files import read_yaml, write_whole
from pipelines.settings import DBT_PROJECT, SETTINGS_FILE, environment_of
from pipelines.simulation.every_rule import LAST_WEEK, settings_lines, simulate_every_rule

STATES = ("yellow", "red", "eased", "cleared", "relapsed")
_AUDIENCES = {
    "open": ("county", "township", "department"),
    "posts": ("county", "township"),
    "review": ("county", "review_group"),
}
_REVIEW_TOPIC = "joint_review"


@dataclass(frozen=True)
class Expected:
    """What the seed says of a rule: the states it can reach, and who is to read of it. `cannot`: states, and kinds of recipient,
    that its nature rules out, each with the reason."""

    rule_id: str
    states: tuple[str, ...]
    cannot: Mapping[str, str]
    readers: tuple[str, ...]
    is_restricted: bool


@dataclass(frozen=True)
class Checked:
    """A rule beside what became of it. `read`: kind of recipient and form, of those that are expected."""

    expected: Expected
    reached: tuple[str, ...]
    editions: tuple[str, ...]
    read: Mapping[str, Mapping[str, bool]]
    withheld: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What should have been and was not, in words."""
        return tuple(self._missing())

    def _missing(self) -> Iterator[str]:
        if not self.reached:
            yield "never fired"
        yield from (f"never {state}" for state in self.expected.states if self.reached and state not in self.reached)
        yield from (f"held back: {reason}" for reason in self.withheld)
        if not self.reached:
            return
        wanted = ("authorised",) if self.expected.is_restricted else ("authorised", "analyst")
        yield from (f"not in the {edition} edition" for edition in wanted if edition not in self.editions)
        if self.expected.is_restricted and "analyst" in self.editions:
            yield "restricted and in the analyst edition"
        for kind in self.expected.readers:
            forms = self.read.get(kind, {})
            yield from (f"{kind} does not read it in the {form}" for form in FORMS if not forms.get(form))

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "rule_id": self.expected.rule_id,
            "states": {state: self.state(state) for state in STATES},
            "cannot": dict(self.expected.cannot),
            "editions": list(self.editions),
            "read": {kind: [form for form in FORMS if forms.get(form)] for kind, forms in self.read.items()},
            "withheld": list(self.withheld),
            "missing": list(self.missing),
        }

    def state(self, state: str) -> bool | None:
        """Whether the rule was in this state; None for one it cannot be in."""
        return state in self.reached if state in self.expected.states else None


def check_rules(keep: Path | None = None) -> list[Checked]:
    """Run the county and check each rule of the seed; `keep` is where its home stays, else it is removed."""
    with TemporaryDirectory(prefix="cunshe-rules-") as folder:
        home = run_county(keep or Path(folder))
        return compare(read_home(home), expectations())


def run_county(home: Path) -> Path:
    """Simulate the county into a home and run its last week there, which computes the weeks before it too; a home that has
    been run stays as it is."""
    if (home / "published" / "current.json").exists():
        return home
    write_whole(home / SETTINGS_FILE, settings_lines().encode())
    if not (home / "inbox").exists():
        simulate_every_rule(home / "inbox")
    command = [sys.executable, "-m", "pipelines.cli", "run", "--week", LAST_WEEK.iso]
    ran = subprocess.run(
        command, env=environment_of(home), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ran.returncode:
        raise CunsheError(f"The county of all rules did not run: {ran.stderr.strip()}", "Run it by itself with --keep.")
    return home


@cache
def expectations() -> tuple[Expected, ...]:
    """What the seed expects of each rule that is on in the county's last week."""
    concerns = {row["rule_id"]: row["concerns"] for row in _seed("rule_concerns.csv")}
    stored = read_yaml(Path(__file__).with_name("rules.yml"))
    cannot: dict[str, dict[str, str]] = defaultdict(dict)
    for part in stored.values():
        for rule, reasons in part.items():
            cannot[rule].update(reasons)
    day = LAST_WEEK.sunday.isoformat()
    return tuple(
        _expected(row, concerns.get(row["rule_id"]), cannot.get(row["rule_id"], {}))
        for row in _seed("warning_rules.csv")
        if row["is_on"] == "true" and row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])
    )


def _expected(row: Mapping[str, str], concerns: str | None, cannot: Mapping[str, str]) -> Expected:
    colours = [colour for colour in ("yellow", "red") if row[f"{colour}_operator"]]
    states = [*colours, *(["eased"] if len(colours) > 1 else []), "cleared", "relapsed"]
    readers = list(_AUDIENCES[row["audience"]])
    if row["subject"] == "dataset" or concerns == "supplier":
        readers = ["county"]
    if row["topic"] == _REVIEW_TOPIC and "review_group" not in readers:
        readers.append("review_group")
    return Expected(
        row["rule_id"],
        tuple(state for state in states if state not in cannot),
        cannot,
        tuple(kind for kind in KINDS if kind in readers and kind != concerns and kind not in cannot),
        row["restricted"] == "true",
    )


def _seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare(read: Read, expected: Sequence[Expected]) -> list[Checked]:
    """Each rule beside what the home says of it."""
    return [_checked(read, one) for one in expected]


def _checked(read: Read, expected: Expected) -> Checked:
    fired = read.fired.get(expected.rule_id, Fired())
    return Checked(
        expected,
        tuple(state for state in STATES if state in fired.states),
        fired.editions,
        {kind: forms for kind, forms in fired.read.items() if kind in expected.readers},
        tuple(sorted(read.withheld.get(expected.rule_id, ()))),
    )
