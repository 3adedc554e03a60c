"""What becomes of all that is sent: cells through the contract's reading, the vault and the week's linking, against the truth.

Belongs here: sending a simulated county through our own rooms and counting. Does not belong here: the county
(`simulation.linkage.sent`),
the aims and the table (`linkage`). A row that the reading sets aside, or that lies in a slipped block, goes back; nothing is
left out.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.checks.scores import Counts, Share, added
from pipelines.identity.audit_log import Look
from pipelines.identity.linking.week import VILLAGE_TABLES
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from pipelines.simulation.linkage.sent import SentCounty, SentRow
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table

DATASET = "discipline_inspection__dispositions"
_OLDER, _NEWEST, _SENT, _AS_OF = date(2023, 6, 26), date(2023, 7, 3), date(2023, 7, 4), date(2023, 7, 9)
_FIRST_ROW = 2
CLASSES = (
    "id_number", "id_damaged", "name_village_post", "name_village", "role_only", "wrong_row", "slipped", "number_of_two",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SentTally(Counts):
    """Counts of rows as sent; `pairs` are those a person is asked about, `certain` rows leave a reader no doubt."""

    sent: int = 0
    waits: int = 0
    pairs: int = 0
    goes_back: int = 0
    certain: int = 0
    certain_right: int = 0

    @property
    def certain_recall(self) -> Share:
        """Of the rows that leave a reader no doubt, those linked rightly."""
        return Share.of(self.certain_right, self.certain)

    @property
    def nothing(self) -> int:
        """Rows of which nothing came: neither linked nor offered, nor sent back."""
        return self.sent - self.right - self.wrong - self.waits - self.goes_back

    def as_json(self) -> dict[str, Any]:
        """Counts and shares."""
        return {"nothing": self.nothing, **self.counts_json("precision", "recall", "certain_recall", "offered")}


@dataclass(frozen=True)
class SentFigures:
    """What became of all that was sent, by what it is, and where people are easily confused."""

    classes: dict[str, SentTally]
    traps: dict[str, SentTally]
    back: dict[str, int]  # rows by the code of the reason they go back for

    def __add__(self, other: SentFigures) -> SentFigures:
        return SentFigures(
            added(self.classes, other.classes),
            added(self.traps, other.traps),
            dict(Counter(self.back) + Counter(other.back)),
        )

    @property
    def all(self) -> SentTally:
        """Everything that was sent."""
        return sum(self.classes.values(), SentTally())

    @property
    def pairs_per_1000(self) -> float:
        """Pairs that wait for a person, per 1,000 rows sent."""
        return 1_000 * self.all.pairs / self.all.sent if self.all.sent else 0.0


def send(county: SentCounty) -> SentFigures:
    """Read, keep and link what a county sends, in a home of its own that is gone afterwards."""
    look = Look("check", "measure", "cunshe check linkage")
    with tempfile.TemporaryDirectory() as folder, Vault.open(Settings(home=Path(folder) / "home"), look) as vault:
        return _send(vault, county)


def _send(vault: Vault, county: SentCounty) -> SentFigures:
    rosters = _rosters(county)
    names = ["posts-older", "posts-newest"]
    evidence = load_catalog()["organisation__posts"].evidence
    for name, day, frame in zip(tuple(names), (_OLDER, _NEWEST), rosters, strict=True):
        vault.store_identities(name, "organisation", "posts", day, True, frame, evidence)
    back: dict[tuple[str, int], str] = {}
    contract = load_catalog()[DATASET]
    for place, rows in enumerate(county.deliveries):
        delivery = f"sent-{place:04d}"
        read = interpret(read_table(_file(rows), contract.known_headers), contract, allow_unassigned_area=True)
        back |= {(delivery, int(reject.row)): reject.code for reject in read.rejects if reject.row is not None}
        frame = read.identities.rename_axis("_row").reset_index()
        vault.store_identities(delivery, contract.department, contract.dataset, _SENT, False, frame, contract.evidence)
        names.append(delivery)
    vault.link_week(_AS_OF, names, beside=_villages(county), discard=False)
    query = vault.connection.execute
    found: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for delivery, row, person, band in query(
        "select record.delivery_id, record.row_no, link.person_id, link.band from record inner join link using (mention_id)"
    ).fetchall():
        found[delivery, row].append((person, band))
    back |= {
        (delivery, row): "ROWS_SLIPPED"
        for delivery, row in query("select delivery_id, row_no from temp.slipped_row").fetchall()
    }
    persons = dict(query("select id_number, person_id from person").fetchall())
    return _count(county, back, found, persons)


def _rosters(county: SentCounty) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The older roster, with earlier names and right numbers, and the newest one."""
    older, newest = [], []
    for staff in county.staffs:
        for tenure in staff.tenures:
            person = tenure.person
            post = (tenure.body.code_on(tenure.since), tenure.position, tenure.since, tenure.until)
            number = county.roster_numbers.get(person.key, person.id_number)
            newest.append((person.names[-1], number, *post))
            older.append((person.names[0], number, *post))
    columns = ["person_name", "id_number", "village_code", "position", "started_on", "ended_on"]
    frames = [pd.DataFrame(rows, columns=columns) for rows in (older, newest)]
    for frame in frames:
        frame.insert(0, "_row", range(_FIRST_ROW, _FIRST_ROW + len(frame)))
    return frames[0], frames[1]


def _file(rows: list[SentRow]) -> bytes:
    """The rows as the file that a department would send."""
    contract = load_catalog()[DATASET]
    disposition = next(iter(code_tables()["disposition"].labels.values()))
    headers = {
        column.name: column.headers[0]
        for column in contract.columns
        if column.name not in ("restored_on", "document_no")
    }
    headers |= {
        column.name: column.headers[0] for column in contract.columns if column.name in ("restored_on", "document_no")
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers.values())
    for place, row in enumerate(rows):
        cells = {"disposition_no": f"CF{place:06d}", "disposition": disposition, **row.cells}
        writer.writerow([cells.get(name, "") for name in headers])
    return text.getvalue().encode()


def _villages(county: SentCounty) -> dict[str, Any]:
    periods = [
        (period.code, period.village_id, period.since, period.until + timedelta(days=1) if period.until else None)
        for staff in county.staffs for body in staff.place.bodies for period in body.periods
    ]  # fmt: skip
    successors: list[Any] = [successor for staff in county.staffs for successor in staff.place.successors]
    rows: dict[str, list[Any]] = {"village_period": periods, "village_successor": successors}
    return {
        name: pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows[name]], schema=schema)
        for name, schema in VILLAGE_TABLES.items()
    }


def _count(
    county: SentCounty,
    back: dict[tuple[str, int], str],
    found: dict[tuple[str, int], list[tuple[str, str]]],
    persons: dict[str, str],
) -> SentFigures:
    classes, traps = dict.fromkeys(CLASSES, SentTally()), dict.fromkeys(("homonym", "sibling"), SentTally())
    for place, rows in enumerate(county.deliveries):
        for row_no, row in enumerate(rows, start=_FIRST_ROW):
            key = (f"sent-{place:04d}", row_no)
            tally = _judge(county, row, key in back, found.get(key, []), persons)
            classes[row.evidence_class] += tally
            if row.trap is not None and row.evidence_class != "number_of_two":
                traps[row.trap] += tally
    return SentFigures(classes, traps, dict(Counter(back.values())))


def _judge(
    county: SentCounty, row: SentRow, is_back: bool, links: list[tuple[str, str]], persons: dict[str, str]
) -> SentTally:
    meant = None
    if row.person is not None:
        meant = persons.get(county.roster_numbers.get(row.person.key, row.person.id_number))
    sure = [person for person, band in links if band == "sure"]
    offered = {person for person, band in links if band == "review"}
    waits = not is_back and not sure and bool(offered)
    # whose number two have is nobody's until the roster is mended
    right = bool(sure) and sure == [meant] and row.evidence_class != "number_of_two"
    return SentTally(
        sent=1,
        with_person=int(meant is not None),
        right=int(right),
        wrong=int(bool(sure) and not right),
        waits=int(waits),
        pairs=len(offered) if waits else 0,
        goes_back=int(is_back and not sure),
        waiting_with_person=int(waits and meant is not None),
        offered_right=int(waits and meant in offered),
        certain=int(row.certain and meant is not None),
        certain_right=int(row.certain and right),
    )
