"""The end of keeping: identities of unsuccessful candidates leave the vault when their time is over (lawful-use F-18).

Belongs here: who is due (from the landed rosters, by person_id), taking them out of the vault, the certificate. Does not
belong here: when a run happens (`cli_retention`), published builds and reports (pruned by `publishing`), the inbox.

个人信息保护法 art. 19 and 47: no longer than needed, and deleted when the purpose is achieved; 政务数据共享条例 art. 27:
shared data are disposed of, and the supplier is told. Who decides on content sees no identifier here either: the vault
says which record is whose, the rosters say how it ended, and only person_ids go back to the vault.

A removed record leaves its delivery and row in the vault's table `discarded`, so it does not come back when its delivery is
stored again. A roster delivered later that names the person makes the same person again: that is a new purpose.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.access.agreements import months_after
from pipelines.access.legal_holds import held_persons
from pipelines.access.round import round_ended_on
from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.identity.audit_log import Look
from pipelines.identity.corrections import OPEN, corrections_of
from pipelines.identity.vault import Vault
from pipelines.landing.landed import landed_tables, plain_rows
from pipelines.landing.ledger import accepted, in_force, read_ledger
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

CANDIDATES, POSTS, PAIRINGS = "organisation__candidates", "organisation__posts", "organisation__pairings"
UNSUCCESSFUL, UNDECIDED = frozenset({"not_elected", "withdrawn"}), frozenset({"proposed", "confirmed"})
RULE_ZH = "本轮换届全部人选状态为落选或退出、在最新任职名册上没有在任职务的人员，自换届结束满期后删除身份信息"
NOT_COVERED = "已发布的授权版、报告和报送原件（inbox）不在本证明范围内，按各自的保存规定处理"
_TABLE = "create table if not exists certificate (certificate_no varchar primary key, body varchar not null)"


@dataclass(frozen=True)
class Due:
    """Whose time is over. Persons kept although unsuccessful are counted by reason."""

    persons: frozenset[str] = frozenset()
    kept: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Removed:
    """What was taken out of the vault: counts by kind, and the places (delivery, row) of the records."""

    counts: dict[str, int]
    places: list[tuple[str, int]]
    by_dataset: dict[str, int]


@dataclass(frozen=True)
class Retained:
    """What a retention run did, or would do. `certificate_no` is None where nothing was removed."""

    due_on: date
    due: Due
    removed: Removed
    certificate_no: str | None = None


def due_on(settings: Settings) -> date | None:
    """From which day on identities of unsuccessful candidates may not be kept; None while no end of the round is set."""
    ended = round_ended_on(settings)
    return None if ended is None else months_after(ended, settings.retention_months)


def unsuccessful(candidacies: pd.DataFrame, posts: pd.DataFrame, disputed: Iterable[str], today: date, ended: date) -> Due:
    """Whose candidacies have all ended without success, and who holds no post.

    `candidacies`: one row per landed candidacy with person_id, village_code, position, candidate_status, nominated_on, oldest
    delivery first; the newest state of each counts. `posts`: the newest roster with person_id and ended_on (null: held).
    A candidacy nominated after the round's end belongs to a later round and keeps its person, as does one still undecided:
    how that ended is for the supplier to say.
    """
    newest = candidacies.drop_duplicates(["person_id", "village_code", "position"], keep="last")
    lost = newest.assign(
        lost=newest["candidate_status"].isin(UNSUCCESSFUL) & (newest["nominated_on"] <= ended),
        undecided=newest["candidate_status"].isin(UNDECIDED) & (newest["nominated_on"] <= ended),
    ).groupby("person_id")[["lost", "undecided"]]
    every, some_undecided = lost.all()["lost"], lost.any()["undecided"]
    in_post = set(posts.loc[posts["ended_on"].isna() | (posts["ended_on"] > today), "person_id"])
    failed = set(every.index[every])
    open_disputes = failed & set(disputed)
    gone = failed - in_post - open_disputes
    kept = {"in_post": len(failed & in_post), "open_correction": len(open_disputes - in_post),
            "undecided": int(some_undecided.sum())}  # fmt: skip
    return Due(frozenset(gone), kept)


def run_retention(settings: Settings, *, look: Look, today: date, dry_run: bool = False) -> Retained:
    """Remove what is due and certify it; with `dry_run` only say what would be. A second run removes nothing.

    Raises CunsheError while the end of the round is not set.
    """
    ends = due_on(settings)
    if ends is None:
        raise CunsheError(
            "The end of the round is not set, so no time runs.",
            "Close it: cunshe round close --on DAY, the day it ended with its complaint window.",
        )
    with Vault.open(settings, look) as vault:
        connection = vault.connection
        connection.execute(_TABLE)
        due = _due(settings, connection, today) if today >= ends else Due()
        number = None
        connection.begin()
        try:
            removed = _remove(connection, due.persons, _old_pairings(settings, today))
            if any(removed.counts.values()) and not dry_run:
                number = _certify(settings, connection, look, today, due, removed)
            connection.rollback() if dry_run else connection.commit()
        except BaseException:
            connection.rollback()
            raise
        _write_certificates(settings, connection)
    return Retained(ends, due, removed, number)


# --- who is due ---


def _due(settings: Settings, connection: Any, today: date) -> Due:
    """Who is due by the landed rosters. The vault only says whose a record is."""
    ended = round_ended_on(settings)
    assert ended is not None
    whose = connection.execute(
        """
        select record.delivery_id as _delivery_id, record.row_no as _row,
            coalesce(linked.person_id, person.person_id) as person_id
        from record
        inner join person on record.id_number = person.id_number
        left join link as linked on record.mention_id = linked.mention_id and linked.band = 'sure'
        """
    ).df()
    candidacies = _rows(settings, CANDIDATES, newest_only=False).merge(whose, on=["_delivery_id", "_row"])
    posts = _rows(settings, POSTS, newest_only=True).merge(whose, on=["_delivery_id", "_row"])
    disputed = {one.person_id for one in corrections_of(settings) if one.correction_state == OPEN}
    if candidacies.empty:
        return Due()
    due = unsuccessful(candidacies, posts, disputed, today, ended)
    held = due.persons & _held(settings, connection)
    return Due(due.persons - held, due.kept | {"legal_hold": len(held)})


def _held(settings: Settings, connection: Any) -> set[str]:
    """Whom a legal hold stands on; of a person of two numbers the id they go on under, too."""
    held = held_persons(settings)
    linked = connection.execute(
        """
        select link.person_id from person
        inner join record on person.id_number = record.id_number
        inner join link on record.mention_id = link.mention_id and link.band = 'sure'
        where person.person_id in (select unnest($1::varchar[]))
        """,
        [sorted(held)],
    ).fetchall()
    return {*held, *(person_id for (person_id,) in linked)}


_COLUMNS = {
    CANDIDATES: ["_delivery_id", "_row", "village_code", "position", "nominated_on", "candidate_status"],
    POSTS: ["_delivery_id", "_row", "ended_on"],
}


def _rows(settings: Settings, name: str, *, newest_only: bool) -> pd.DataFrame:
    """Rows of a roster as landed, oldest delivery first. Raises CunsheError without one: then nothing is known."""
    read = landed_tables(settings.landing, load_catalog()[name], columns=_COLUMNS[name])
    tables = [table for _, table in (deque(read, maxlen=1) if newest_only else read)]
    if not tables:
        raise CunsheError(f"No delivery of {name} has been accepted.", "Who was unsuccessful is read from the rosters.")
    found = pd.DataFrame(plain_rows(pa.concat_tables(tables, promote_options="permissive")), columns=_COLUMNS[name])
    return found


def _old_pairings(settings: Settings, today: date) -> list[str]:
    """Superseded deliveries whose contacts are past their time; those in force stay however old they are."""
    ledger = read_ledger(settings.landing, load_catalog()[PAIRINGS])
    standing = in_force(ledger)
    return [
        one.delivery_id
        for one in accepted(ledger)
        if one != standing and months_after(one.delivered_at, settings.contact_months) <= today
    ]


# --- taking out, and the certificate ---


# A person of two numbers, as somebody has decided, is linked under one id and leaves with both.
_GONE = """
create or replace temp table gone as
with due as (select unnest($1::varchar[]) as person_id)
select person_id, id_number from person
where person_id in (select person_id from due) or id_number in (
    select record.id_number from record
    inner join link on record.mention_id = link.mention_id and link.band = 'sure'
    where link.person_id in (select person_id from due)
)
"""
# Records that bear no whole number are theirs where the linking is sure of it.
_GONE_RECORD = """
create or replace temp table gone_record as
select delivery_id, row_no, person_name from record
where id_number in (select id_number from gone) or mention_id in (
    select link.mention_id from link inner join gone on link.person_id = gone.person_id where link.band = 'sure'
)
"""


def _remove(connection: Any, persons: Iterable[str], pairings: list[str]) -> Removed:
    """Take persons and contacts out of every table of the vault; the caller commits."""
    connection.execute(_GONE, [sorted(persons)])
    connection.execute(_GONE_RECORD)
    places = connection.execute("select delivery_id, row_no from gone_record order by all").fetchall()
    by_dataset = connection.execute(
        """
        select delivery.department || '/' || delivery.dataset, count(*)
        from gone_record inner join delivery on gone_record.delivery_id = delivery.delivery_id group by 1 order by 1
        """
    ).fetchall()
    counts = {
        "persons": _count(connection, "gone"),
        "records": len(places),
        "names": _count(connection, "gone_record where person_name is not null"),
        "contacts": _count(connection, "contact where delivery_id in (select unnest(?))", [pairings]),
    }
    connection.execute("insert into discarded select delivery_id, row_no, 'time_over' from gone_record")
    connection.execute("delete from record where (delivery_id, row_no) in (select (delivery_id, row_no) from gone_record)")
    for table in _tables_with(connection, "person_id"):
        connection.execute(f"delete from {table} where person_id in (select person_id from gone)")
    connection.execute("delete from contact where delivery_id in (select unnest(?))", [pairings])
    connection.execute("insert into removed_contact select unnest(?::varchar[])", [pairings if counts["contacts"] else []])
    return Removed(counts, places, dict(by_dataset))


def _tables_with(connection: Any, column: str) -> list[str]:
    found = connection.execute(
        """
        select c.table_name from duckdb_columns() as c inner join duckdb_tables() as t
            on c.table_oid = t.table_oid and c.database_oid = t.database_oid
        where c.database_name = 'vault' and c.column_name = ? order by 1
        """,
        [column],
    ).fetchall()
    return [name for (name,) in found]


def _count(connection: Any, what: str, values: list[Any] | None = None) -> int:
    return int(connection.execute(f"select count(*) from {what}", values or []).fetchone()[0])


def _certify(settings: Settings, connection: Any, look: Look, today: date, due: Due, removed: Removed) -> str:
    """Write the certificate into the vault, in the same transaction as the removal: there is none without the other."""
    places = "".join(f"{delivery_id} {row_no}\n" for delivery_id, row_no in removed.places)
    number = f"R{today:%Y%m%d}{secrets.token_hex(4)}"
    body = {
        "format": 1,
        "certificate_no": number,
        "done_on": today.isoformat(),
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "done_by": look.by,
        "reason": look.why,
        "rule": {
            "zh": RULE_ZH,
            "statuses": sorted(UNSUCCESSFUL),
            "round_ended_on": str(round_ended_on(settings)),
            "retention_months": settings.retention_months,
            "contact_months": settings.contact_months,
        },
        "removed": removed.counts,
        "removed_records_by_dataset": removed.by_dataset,
        "removed_places_sha256": hashlib.sha256(places.encode()).hexdigest(),
        "kept_persons": due.kept,
        "not_covered": NOT_COVERED,
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    connection.execute("insert into certificate values (?, ?)", [number, text])
    return number


def _write_certificates(settings: Settings, connection: Any) -> None:
    """Put certificates beside the home's other papers; one that a killed run could not write, too."""
    for number, body in connection.execute("select certificate_no, body from certificate order by 1").fetchall():
        path = settings.certificates / f"{number}.json"
        if not path.exists():
            write_whole(path, body.encode())
