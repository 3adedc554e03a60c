"""What people have decided about who is who: its shape, reading it from landing, giving it to the linking.

Belongs here: decisions and the tables the linking reads. Does not belong here: what of them stands (`standing`), writing
new ones (`delivery`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.landing.landed import landed_rows
from pipelines.sources.contract import Contract, load_catalog

DATASET = "organisation__link_decisions"
SAME, DIFFERENT, WITHDRAWN = "same", "different", "withdrawn"
MENTION, PERSON, VILLAGE = "mention", "person", "village"
# The first letter of the ids that each kind compares.
LETTERS = {MENTION: ("M", "P"), PERSON: ("P", "P"), VILLAGE: ("V", "V")}


@dataclass(frozen=True, order=True)
class Decision:
    """One decision; sorts by its day, then by its number.

    `subject_a`, `subject_b`: mention and person; the person that stays and the other; the old village and the new one.
    """

    decided_on: date
    decision_no: str
    subject_kind: str
    subject_a: str
    subject_b: str
    verdict: str
    decided_by: str
    reason: str

    @property
    def pair(self) -> tuple[str, str, str]:
        """What it speaks of. Two persons are the same in either order; a record or an old village is not the new one."""
        a, b = self.subject_a, self.subject_b
        return (self.subject_kind, b, a) if self.subject_kind == PERSON and b < a else (self.subject_kind, a, b)

    @property
    def substance(self) -> tuple[str, ...]:
        """What it says, apart from when and why."""
        return (*self.pair, self.verdict, self.decided_by)


@dataclass(frozen=True)
class Refusal:
    """Decisions that cannot all be right: none of them is used until one is withdrawn. `why` is a code of `words.yml`."""

    why: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Merge:
    """Two person_ids that were decided to be one: from when, and until when if it was withdrawn. `used`: not disputed."""

    person_id: str
    stays: str
    decision_no: str
    since: date
    until: date | None
    used: bool


@dataclass(frozen=True)
class Decisions:
    """What stands as of a day.

    `used` are the decisions that count, `refused` the contradictory ones, `canonical` gives for a merged person_id the one
    that stays (an id not in it is its own), `merges` the history of merging and un-merging.
    """

    used: tuple[Decision, ...] = ()
    refused: tuple[Refusal, ...] = ()
    canonical: Mapping[str, str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()

    def person(self, person_id: str) -> str:
        """The person_id that stays for `person_id`."""
        return self.canonical.get(person_id, person_id)

    def of_kind(self, kind: str) -> tuple[Decision, ...]:
        """The decisions that count about mentions, persons or villages."""
        return tuple(one for one in self.used if one.subject_kind == kind)

    @property
    def disputed(self) -> frozenset[tuple[str, str, str]]:
        """The pairs people disagree on: no machine may decide them either."""
        return frozenset(
            one.pair for refusal in self.refused for one in refusal.decisions if one.verdict != WITHDRAWN
        )


def landed_decisions(landing: Path, as_of: date, contract: Contract | None = None) -> list[Decision]:
    """All decisions delivered and accepted up to and including a day, oldest first, withdrawn and contradictory ones too."""
    contract = contract or load_catalog()[DATASET]
    return once_each(decisions_of(landed_rows(landing, contract, as_of)))


def decisions_of(rows: Iterable[Mapping[str, Any]]) -> list[Decision]:
    """Rows of the dataset as decisions."""
    names = [one.name for one in fields(Decision)]
    return [Decision(**{name: row[name] for name in names}) for row in rows]


def once_each(decisions: Iterable[Decision]) -> list[Decision]:
    """Every decision once: one that is sent again, with another wording of its reason perhaps, is the same decision."""
    by_substance: dict[tuple[str, ...], Decision] = {}
    for one in sorted(decisions):
        by_substance.setdefault((one.decision_no, *one.substance), one)
    return sorted(by_substance.values())


def tables(decisions: Decisions) -> dict[str, Any]:
    """What stands, as Arrow tables of texts for the linking, without any identifier.

    `decided(mention_id, person_id, verdict, decision_no)` names persons by the id that stays, `merged(person_id, stays)` has
    the ids that do not; `apart(person_id, other_id, decision_no)`; `disputed(subject_kind, subject_a, subject_b)`.
    """
    mentions, persons = decisions.of_kind(MENTION), decisions.of_kind(PERSON)
    person = decisions.person
    return {
        "decided": _table(
            ("mention_id", "person_id", "verdict", "decision_no"),
            [(one.subject_a, person(one.subject_b), one.verdict, one.decision_no) for one in mentions],
        ),
        "merged": _table(("person_id", "stays"), sorted(decisions.canonical.items())),
        "apart": _table(
            ("person_id", "other_id", "decision_no"),
            [
                (person(one.subject_a), person(one.subject_b), one.decision_no)
                for one in persons
                if one.verdict == DIFFERENT
            ],
        ),
        "disputed": _table(("subject_kind", "subject_a", "subject_b"), sorted(decisions.disputed)),
    }


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Any:
    schema = pa.schema([(column, pa.string()) for column in columns])
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema=schema)
