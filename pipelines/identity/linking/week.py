"""The links of a week: what of the vault a week may see, handed to the engine, and what leaves the vault of the answer.

Belongs here: creating persons from the spine (the organisation department's rosters), choosing the records and rosters of a
week, discarding the identity of records that speak of nobody in scope. Does not belong here: who is who (`rules`,
`scoring`), putting identities in (`identity.vault`).

Nearly all of it is set-based SQL in the vault's own connection; names, and numbers that are not whole, pass through Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from pipelines.errors import CunsheError
from pipelines.identity.linking.contested import drop_stale_names, find_contested
from pipelines.identity.linking.engine import link_mentions
from pipelines.keys.digests import hmac_pads, keyed_digest_sql

ROWS_SLIPPED, NUMBER_OF_TWO = "ROWS_SLIPPED", "NUMBER_OF_TWO"
_NEW_PERSONS = f"""
create or replace temp table new_person as
select
    'P' || left({keyed_digest_sql("'person:' || id_number", "$1", "$2")}, 16) as person_id,
    id_number
from (
    select distinct record.id_number
    from record
    inner join accepted on record.delivery_id = accepted.delivery_id and accepted.is_spine
    where record.id_number is not null
) as spine
anti join person on spine.id_number = person.id_number
"""
# Two numbers of one person, as somebody has decided: `stays` is the id that goes on.
_IN_SCOPE = """
create or replace temp table in_scope as
select
    coalesce(merged.stays, person.person_id) as person_id,
    person.id_number,
    min(accepted.delivered_at) as first_delivered_at
from record
inner join accepted on record.delivery_id = accepted.delivery_id and accepted.is_spine
inner join person on record.id_number = person.id_number
left join merged on person.person_id = merged.person_id
group by all
"""
# What the engine reads, as tables of the database in memory. A post is told by the newest roster of its dataset; a name by any.
_ENGINE_TABLES = {
    "mention": """
        select distinct on (record.mention_id) record.mention_id, record.person_name, record.id_number, record.id_text,
            record.village_code, record.position, record.on_date
        from vault.record inner join accepted on record.delivery_id = accepted.delivery_id
    """,
    "person": "select distinct person_id, id_number from in_scope",
    "person_alias": """
        select distinct in_scope.person_id, record.person_name
        from vault.record
        inner join accepted on record.delivery_id = accepted.delivery_id and accepted.is_spine
        inner join in_scope on record.id_number = in_scope.id_number
        where record.person_name is not null
    """,
    "tenure": """
        select distinct in_scope.person_id, record.village_code,
            case when record.holds_post then record.position end as position,
            record.on_date as started_on, record.ended_on
        from vault.record
        inner join newest_roster on record.delivery_id = newest_roster.delivery_id
        inner join in_scope on record.id_number = in_scope.id_number
        where record.village_code is not null
    """,
    # The newest roster of each dataset and the one before it.
    "roster_name": """
        select distinct in_scope.person_id, record.person_name, roster.dataset, roster.age
        from vault.record
        inner join roster on record.delivery_id = roster.delivery_id and roster.age <= 1
        inner join in_scope on record.id_number = in_scope.id_number
        where record.person_name is not null
    """,
    "sent_row": """
        select record.mention_id, record.delivery_id, record.row_no
        from vault.record inner join accepted on record.delivery_id = accepted.delivery_id and not accepted.is_spine
    """,
}
_ROSTERS = """
create or replace temp table roster as
select
    delivery_id, dataset,
    row_number() over (partition by department, dataset order by delivered_at desc, delivery_id desc) - 1 as age
from accepted where is_spine;
create or replace temp table newest_roster as select delivery_id from roster where age = 0
"""
# What goes back to the departments: each block of slipped rows by its first one, and each row of a roster whose number two
# people have.
_FINDING = f"""
select accepted.department, accepted.dataset, slipped.delivery_id, '{ROWS_SLIPPED}' as code, slipped.row_no, slipped.found
from (
    select delivery_id, min(row_no) as row_no, count(*) as found from temp.slipped_row group by delivery_id, segment
) as slipped
inner join accepted on slipped.delivery_id = accepted.delivery_id
union all
select accepted.department, accepted.dataset, record.delivery_id, '{NUMBER_OF_TWO}', record.row_no, 1
from record
inner join newest_roster on record.delivery_id = newest_roster.delivery_id
inner join accepted on record.delivery_id = accepted.delivery_id
inner join in_scope on record.id_number = in_scope.id_number
inner join memory.contested as contested on in_scope.person_id = contested.person_id
order by all
"""
# Where two decisions contradict each other none is used, and what would be certain without them waits too.
_OPEN_DISPUTES = """
update link set band = 'review' from disputed
where disputed.subject_kind = 'mention' and link.mention_id = disputed.subject_a and link.person_id = disputed.subject_b
"""
_OUT_OF_SCOPE = """
create or replace temp table out_of_scope as
select record.delivery_id, record.row_no
from record
inner join accepted on record.delivery_id = accepted.delivery_id and not accepted.is_spine
anti join vault.link as standing on record.mention_id = standing.mention_id
anti join temp.link as found on record.mention_id = found.mention_id
anti join (
    select known.id_number from record as known
    inner join delivery on known.delivery_id = delivery.delivery_id and delivery.is_spine
    where known.id_number is not null
) as roster on record.id_number = roster.id_number
where accepted.delivered_at <= $1
"""
_PERSON_LINK = """
select record.delivery_id as _delivery_id, record.row_no as _row, accepted.department, accepted.dataset,
    found.person_id, found.rule, decided.decision_no
from record
inner join accepted on record.delivery_id = accepted.delivery_id
inner join temp.link as found on record.mention_id = found.mention_id and found.band = 'sure'
left join (
    select mention_id, max(decision_no) as decision_no from decided where verdict = 'same' group by mention_id
) as decided on found.mention_id = decided.mention_id
order by record.delivery_id, record.row_no
"""
_PERSON = """
select person_id, min(first_delivered_at) as first_delivered_at from in_scope group by person_id order by person_id
"""
_UNLINKED = """
with not_linked as (
    select record.delivery_id, record.row_no
    from record
    anti join temp.link as found on record.mention_id = found.mention_id and found.band = 'sure'
    union all
    select delivery_id, row_no from discarded
)
select accepted.delivery_id as _delivery_id, accepted.department, accepted.dataset, count(*) as records
from not_linked
inner join accepted on not_linked.delivery_id = accepted.delivery_id
group by accepted.delivery_id, accepted.department, accepted.dataset
order by accepted.delivery_id
"""
_KEEP_LINKS = """
delete from vault.link;
insert into vault.link select mention_id, person_id, rule, band, weight from temp.link order by all;
"""
VILLAGE_TABLES = {
    "village_period": pa.schema([
        ("village_code", pa.string()), ("village_id", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32()),
    ]),
    "village_successor": pa.schema([("from_id", pa.string()), ("to_id", pa.string()), ("effective_on", pa.date32())]),
}  # fmt: skip
DECISION_TABLES = {
    "decided": pa.schema([(name, pa.string()) for name in ("mention_id", "person_id", "verdict", "decision_no")]),
    "merged": pa.schema([("person_id", pa.string()), ("stays", pa.string())]),
    "disputed": pa.schema([(name, pa.string()) for name in ("subject_kind", "subject_a", "subject_b")]),
}


@dataclass(frozen=True)
class LinkResult:
    """The links of one week, as Arrow tables without any identifier."""

    person_link: Any  # _delivery_id, _row, department, dataset, person_id, rule, decision_no
    person: Any  # person_id, first_delivered_at
    unlinked: Any  # _delivery_id, department, dataset, records
    finding: Any  # department, dataset, delivery_id, code, row_no, found (rows): what goes back to the departments
    discarded_now: int  # records whose identity was discarded by this call


def link_week(
    connection: Any, key: bytes, as_of: date, accepted_delivery_ids: Sequence[str], *,
    beside: Mapping[str, Any] | None = None, discard: bool = True, discard_until: date | None = None,
) -> LinkResult:
    """Link the records of the given deliveries, as of the end of a day.

    `beside` are the tables of `VILLAGE_TABLES` and `DECISION_TABLES` (Arrow) as of that day; one that is missing is empty.
    Persons are those named by a spine delivery of the list delivered by then; a later one changes nothing about an
    earlier `as_of`. Pass `discard=False` while a roster is held: its persons are not yet known, and an identity that
    is discarded cannot come back. With `discard_until`, only deliveries up to that day lose identities.
    """
    # A transaction writes to one database only: the vault's persons, the engine's tables, the vault's links in turn. Persons
    # without links are no harm: the next call finds them there.
    with _transaction(connection):
        _accept(connection, as_of, accepted_delivery_ids)
        _create_persons(connection, key)
    _put_beside(connection, beside or {})
    connection.execute(_IN_SCOPE)
    _run_engine(connection)
    with _transaction(connection):
        discarded = discard_out_of_scope(connection, discard_until or as_of) if discard else 0
        result = LinkResult(
            person_link=connection.execute(_PERSON_LINK).to_arrow_table(),
            person=connection.execute(_PERSON).to_arrow_table(),
            unlinked=connection.execute(_UNLINKED).to_arrow_table(),
            finding=connection.execute(_FINDING).to_arrow_table(),
            discarded_now=discarded,
        )
        connection.execute(_KEEP_LINKS)
    return result


@contextmanager
def _transaction(connection: Any) -> Iterator[None]:
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _accept(connection: Any, as_of: date, accepted_delivery_ids: Sequence[str]) -> None:
    connection.execute(
        """
        create or replace temp table accepted as
        select delivery_id, department, dataset, delivered_at, is_spine
        from delivery where delivered_at <= ? and delivery_id in (select unnest(?::varchar[]))
        """,
        [as_of, list(accepted_delivery_ids)],
    )
    for statement in _ROSTERS.split(";\n"):
        connection.execute(statement)


def _create_persons(connection: Any, key: bytes) -> None:
    """Give every new ID number of the spine its person_id; an id once given is never changed."""
    connection.execute(_NEW_PERSONS, list(hmac_pads(key)))
    collisions = connection.execute(
        """
        select count(*) - count(distinct person_id) from (
            select person_id from new_person union all select person_id from person
        )
        """
    ).fetchone()[0]
    if collisions:
        raise CunsheError(
            f"{collisions} new person(s) would get the person_id of another person.", "Do not go on; report this."
        )
    connection.execute("insert into person select person_id, id_number from new_person")


def _put_beside(connection: Any, beside: Mapping[str, Any]) -> None:
    for name, schema in {**VILLAGE_TABLES, **DECISION_TABLES}.items():
        connection.register("beside", beside.get(name, schema.empty_table()).select(schema.names).cast(schema))
        connection.execute(f"create or replace temp table {name} as select * from beside")
        connection.unregister("beside")


def _run_engine(connection: Any) -> None:
    """The engine works in memory: it sees what the week sees, and leaves `link` there."""
    for name, query in _ENGINE_TABLES.items():
        connection.execute(f"create or replace table memory.{name} as {query}")
    connection.execute("use memory")
    try:
        find_contested(connection)
        drop_stale_names(connection)
        link_mentions(connection)
        connection.execute(_OPEN_DISPUTES)
    finally:
        connection.execute("use vault")


def discard_out_of_scope(connection: Any, until: date) -> int:
    """Delete the identity of accepted records that speak of nobody on a stored roster, and remember which rows they were.

    A number that only a later roster names is kept: the record belongs to that person from that week on. So is what waits for
    a person to decide.
    """
    connection.execute(_OUT_OF_SCOPE, [until])
    connection.execute("insert into discarded select delivery_id, row_no, 'out_of_scope' from out_of_scope")
    connection.execute(
        """
        delete from record using out_of_scope
        where record.delivery_id = out_of_scope.delivery_id and record.row_no = out_of_scope.row_no
        """
    )
    return int(connection.execute("select count(*) from out_of_scope").fetchone()[0])
