"""A county for the linking: rosters, villages, mentions and truth as Arrow tables.

Belongs here: `simulate_linkage`, the entry of this room, and the shapes of its tables. Does not belong here: what is in
a village (the modules beside it).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import CunsheError
from pipelines.simulation.geography import LARGEST, villages
from pipelines.simulation.linkage.mentions import Mention, Records
from pipelines.simulation.linkage.people import Crowd, Official
from pipelines.simulation.linkage.roster import Staff, make_staff
from pipelines.simulation.linkage.villages import make_place

HALVES = ("tune", "measure")
_DAY = pa.date32()
_TEXT = pa.string()
SHAPES = {
    "person": pa.schema([("person_id", _TEXT), ("id_number", _TEXT)]),
    "person_alias": pa.schema([("person_id", _TEXT), ("person_name", _TEXT)]),
    "tenure": pa.schema(
        [("person_id", _TEXT), ("village_code", _TEXT), ("position", _TEXT), ("started_on", _DAY), ("ended_on", _DAY)]
    ),
    "village_period": pa.schema(
        [("village_code", _TEXT), ("village_id", _TEXT), ("valid_from", _DAY), ("valid_to", _DAY)]
    ),
    "village_successor": pa.schema([("from_id", _TEXT), ("to_id", _TEXT), ("effective_on", _DAY)]),
    "mention": pa.schema(
        [
            ("mention_id", _TEXT), ("person_name", _TEXT), ("id_number", _TEXT), ("id_text", _TEXT),
            ("village_code", _TEXT), ("village_text", _TEXT), ("position", _TEXT), ("on_date", _DAY),
        ]
    ),
    "truth": pa.schema(
        [
            ("mention_id", _TEXT), ("person_id", _TEXT), ("evidence_class", _TEXT), ("kinds", pa.list_(_TEXT)),
            ("trap", _TEXT), ("lookalike", pa.bool_()), ("half", _TEXT),
        ]
    ),
}  # fmt: skip
_PEOPLE_PER_VILLAGE = 24


@dataclass(frozen=True, repr=False)
class LinkageCounty:
    """The tables the linking reads, and `truth`, which it must not: one row per mention.

    truth: `person_id` (null: nobody on a roster), `evidence_class`, `kinds` of corruption, `trap` (homonym, sibling),
    `lookalike` (reads word for word like another official's record), `half` (tune or measure, by person).
    """

    person: Any
    person_alias: Any
    tenure: Any
    village_period: Any
    village_successor: Any
    mention: Any
    truth: Any

    def half(self, name: str) -> LinkageCounty:
        """The same rosters with the mentions of one half of the persons."""
        if name not in HALVES:
            raise ValueError(f"no half {name!r}")
        truth = self.truth.filter(pc.equal(self.truth["half"], name))
        kept = pc.is_in(self.mention["mention_id"], value_set=truth["mention_id"])
        return replace(self, mention=self.mention.filter(kept), truth=truth)

    def tables(self) -> dict[str, Any]:
        """All tables by name, the truth among them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def simulate_linkage(seed: int, persons: int = 4_000, per_person: float = 5.0) -> LinkageCounty:
    """A county of so many officials, or a few more, each named by `per_person` records on average.

    The same arguments give the same tables; the first villages of a larger county are those of a smaller one.
    """
    if not 1 <= persons <= LARGEST * _PEOPLE_PER_VILLAGE // 2:
        raise CunsheError(f"{persons} persons cannot be simulated.", "Choose a number from 1 to 700000.")
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in SHAPES}
    crowd, neighbour, seen = Crowd(seed), None, set[str]()
    for village in villages(LARGEST):
        rng = Random(f"{seed}:linkage:{village.code}")
        crowd.county = int(village.code[:6]) % 100
        staff = make_staff(rng, make_place(rng, village), crowd)
        _add_roster(rows, staff)
        records = Records(rng, staff, neighbour, crowd)
        for mention in records.mentions(round(per_person * len(staff.people))):
            _add_mention(rows, seen, mention)
        neighbour = staff
        if len(rows["person"]) >= persons:
            break
    return LinkageCounty(**{name: _table(name, rows[name]) for name in SHAPES})


def person_id(person: Official) -> str:
    """The id of a simulated official."""
    return "P" + hashlib.sha256(f"simulated:{person.key}".encode()).hexdigest()[:16]


def _add_roster(rows: dict[str, list[tuple[Any, ...]]], staff: Staff) -> None:
    seated = {one.person.key for one in staff.tenures}
    for person in staff.people:
        if person.key in seated:
            rows["person"].append((person_id(person), person.id_number))
            rows["person_alias"] += [(person_id(person), name) for name in person.names]
    for one in staff.tenures:
        code = one.body.code_on(one.since)
        rows["tenure"].append((person_id(one.person), code, one.position, one.since, one.until))
    for body in staff.place.bodies:
        # half open, as the registry has it: the first day on which it was no longer valid
        rows["village_period"] += [
            (one.code, one.village_id, one.since, one.until + timedelta(days=1) if one.until else None)
            for one in body.periods
        ]
    rows["village_successor"] += staff.place.successors


def _add_mention(rows: dict[str, list[tuple[Any, ...]]], seen: set[str], mention: Mention) -> None:
    """The same evidence is the same mention, whoever is meant: the first that says it stands."""
    evidence = (
        mention.person_name, mention.id_number, mention.id_text, mention.village_code, mention.village_text,
        mention.position, mention.on_date,
    )  # fmt: skip
    mention_id = "M" + hashlib.sha256(repr(evidence).encode()).hexdigest()[:16]
    if mention_id in seen:
        return
    seen.add(mention_id)
    rows["mention"].append((mention_id, *evidence))
    truth = person_id(mention.person) if mention.person else None
    half = HALVES[int(mention.key[-1], 16) % 2]
    rows["truth"].append(
        (mention_id, truth, mention.evidence_class, list(mention.kinds), mention.trap, mention.lookalike, half)
    )


def _table(name: str, rows: list[tuple[Any, ...]]) -> Any:
    shape = SHAPES[name]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(shape)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, shape, strict=True)], schema=shape)
