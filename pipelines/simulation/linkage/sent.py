"""The same county as its departments send it: rows of files in their order, each cell as somebody wrote it.

Belongs here: what befalls a record on the way into a cell (titles, masks, remarks, posts in words, numbers in the wrong row),
and what the
rosters get wrong. Does not belong here: reading the cells (`sources`), linking (`identity`), judging (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from pipelines.errors import CunsheError
from pipelines.simulation.geography import villages
from pipelines.simulation.linkage.draws import as_sent, rates
from pipelines.simulation.linkage.mentions import Mention, Records
from pipelines.simulation.linkage.people import Crowd, Official
from pipelines.simulation.linkage.roster import LEADERS, Staff, make_staff
from pipelines.simulation.linkage.villages import make_place
from pipelines.simulation.linkage.writing import name_as_sent, number_as_sent, post_as_sent
from pipelines.sources.resident_id import ParsedId, parse_id_number

WRONG_ROW, SLIPPED, NUMBER_OF_TWO = "wrong_row", "slipped", "number_of_two"
_VILLAGES_PER_FILE = 20
_LARGEST = 20_000


@dataclass(frozen=True)
class SentRow:
    """One row: its cells as sent, and what it is. `number_of` says whose the number is where it is not the person's own.

    `certain` is whether a reader who knows the rosters would have no doubt; see docs/linkage-check.md.
    """

    cells: dict[str, str]
    person: Official | None
    evidence_class: str
    kinds: tuple[str, ...]
    trap: str | None
    certain: bool
    number: str | None = None  # whole, as it was before it was written
    number_of: str | None = None


@dataclass
class SentCounty:
    """Rosters (the older one first) and deliveries of rows, in their order."""

    staffs: list[Staff] = field(default_factory=list)
    deliveries: list[list[SentRow]] = field(default_factory=list)
    # whose number the roster has for somebody: the key of the official → that number
    roster_numbers: dict[str, str] = field(default_factory=dict)


def simulate_sent(seed: int, persons: int = 2_000, per_person: float = 5.0) -> SentCounty:
    """A county of so many officials, or a few more, and what is sent about them. The same arguments give the same rows."""
    if not 1 <= persons <= _LARGEST:
        raise CunsheError(f"{persons} persons cannot be simulated.", f"Choose a number from 1 to {_LARGEST}.")
    county, crowd, neighbour, seated = SentCounty(), Crowd(seed), None, 0
    with as_sent():
        for place, village in enumerate(villages(_LARGEST)):
            rng = Random(f"{seed}:sent:{village.code}")
            crowd.county = int(village.code[:6]) % 100
            staff = make_staff(rng, make_place(rng, village), crowd)
            _spoil_roster(rng, staff, county)
            rows = list(_rows(rng, staff, neighbour, crowd, county, round(per_person * len(staff.people))))
            if place % _VILLAGES_PER_FILE == 0:
                county.deliveries.append([])
            county.deliveries[-1] += _out_of_order(rng, rows, staff, county)
            county.staffs.append(staff)
            neighbour, seated = staff, seated + len({tenure.person.key for tenure in staff.tenures})
            if seated >= persons:
                break
    return county


def _spoil_roster(rng: Random, staff: Staff, county: SentCounty) -> None:
    """The roster has another official's number for some."""
    for person in staff.people:
        if rng.random() < rates()["roster_number_of_another"]:
            other = rng.choice(staff.people)
            if other.key != person.key and other.names[-1] != person.names[-1]:
                county.roster_numbers[person.key] = other.id_number


def _rows(
    rng: Random, staff: Staff, neighbour: Staff | None, crowd: Crowd, county: SentCounty, count: int
) -> Iterator[SentRow]:
    records = Records(rng, staff, neighbour, crowd)
    two = set(county.roster_numbers) | {
        person.key for person in staff.people if person.id_number in county.roster_numbers.values()
    }
    for mention in records.mentions(count):
        if mention.evidence_class == "role_only" and mention.position not in LEADERS:
            continue
        yield _row(rng, mention, staff, mention.person is not None and mention.person.key in two)


def _row(rng: Random, mention: Mention, staff: Staff, is_of_two: bool) -> SentRow:
    kinds = list(mention.kinds)
    name = name_as_sent(rng, mention.person_name, staff.clan, kinds)
    number = mention.id_number
    text = mention.id_text
    if mention.evidence_class == "id_damaged":
        number = None
        text = text or mention.id_number
    elif number:
        text = number_as_sent(rng, number, kinds)
    post = post_as_sent(rng, mention.position, kinds)
    cells = {
        "person_name": name or "", "id_number": text or "", "village_code": mention.village_code or "", "position": post or "",
        "decided_on": mention.on_date.isoformat() if mention.on_date else "",
    }  # fmt: skip
    return SentRow(
        cells, mention.person, NUMBER_OF_TWO if is_of_two else mention.evidence_class, tuple(kinds), mention.trap,
        _is_certain(mention, kinds), number,
    )  # fmt: skip


# With one of these a reader who has no number is not certain: the name is another one, or no name; the post is not the one
# held, or the
# words for it are not; the village is another one; the matter is of a time when the post was over.
_DOUBTS = frozenset({
    "name_used", "name_homophone", "name_wrong", "name_short", "name_called", "name_masked", "post_wrong_body", "post_unclear",
    "village_wrong", "village_old_after", "village_new_before", "after_tenure", "date_missing", "off_roster", "former_name",
})  # fmt: skip


def _is_certain(mention: Mention, kinds: list[str]) -> bool:
    return (
        mention.person is not None and not _DOUBTS & set(kinds) and mention.trap != "homonym" and not mention.lookalike
    )


def _out_of_order(rng: Random, rows: list[SentRow], staff: Staff, county: SentCounty) -> list[SentRow]:
    """Numbers in wrong rows: one by one, and of a block of rows together."""
    rows = list(rows)
    if rng.random() < rates()["slipped_block"]:
        bounds = rates()["slipped_rows"]
        length = rng.randrange(bounds["least"], bounds["most"] + 1)
        first = rng.randrange(max(1, len(rows) - length))
        block = rows[first : first + length + 1]
        for place, (row, below) in enumerate(pairwise(block), start=first):
            cells = {**row.cells, "id_number": below.cells["id_number"]}
            rows[place] = replace(row, cells=cells, evidence_class=SLIPPED, kinds=(*row.kinds, SLIPPED), certain=False)
        return rows
    for place, row in enumerate(rows):
        # beside no name at all nothing would tell
        named = row.number and row.evidence_class == "id_number" and row.cells["person_name"]
        if row.person is None and any(kind.startswith("name_") for kind in row.kinds):
            continue  # nor where it is not said what the name was before somebody wrote it so
        if named and rng.random() < rates()["wrong_row"]:
            other = _brother(rng, row, staff) or next(
                (below.number for below in rows[place + 1 :] if _is_other(row, below)), None
            )
            if (
                other
                and other != row.number
                and isinstance(parse_id_number(other, allow_unassigned_area=True), ParsedId)
            ):
                cells = {**row.cells, "id_number": other}
                rows[place] = replace(
                    row, cells=cells, evidence_class=WRONG_ROW, kinds=(*row.kinds, WRONG_ROW), number_of=other
                )
    return rows


def _is_other(row: SentRow, below: SentRow) -> bool:
    """Whether a row's number is that of somebody with another name: of one name nothing would tell."""
    names = below.person.names if below.person else (below.cells["person_name"],)
    return below.number is not None and not _names(row) & set(names)


def _names(row: SentRow) -> set[str]:
    return {row.cells["person_name"], *(row.person.names if row.person else ())}


def _brother(rng: Random, row: SentRow, staff: Staff) -> str | None:
    """The number of an official whose name is like a brother's or sister's."""
    name = row.cells["person_name"]
    brothers = [person for person in staff.people if len(name) == 3 and person.name[:2] == name[:2]]
    alike = [person.id_number for person in brothers if person.name not in _names(row)]
    return rng.choice(alike) if alike and rng.random() < rates()["wrong_row_of_sibling"] else None
