"""Who is it: from ID numbers in records to persons, by exact number only.

Belongs here: creating persons from the spine (the organisation department's rosters), linking records to them, and
discarding the identity of records whose person is not in scope. Does not belong here: names that look alike; where a
link is not certain there is none.

All of it is set-based SQL in the vault's own connection; no ID number reaches Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.errors import CunsheError

RULE_ID_NUMBER = "id_number"
_BLOCK = 64  # block size of SHA-256, in bytes

# HMAC-SHA256(key, 'person:' || id_number), RFC 2104: $1 is the inner pad, $2 the outer pad.
_NEW_PERSONS = """
create or replace temp table new_person as
select
    'P' || left(sha256($2::blob || unhex(sha256($1::blob || encode('person:' || id_number)))), 16) as person_id,
    id_number
from (
    select distinct record.id_number
    from record
    inner join accepted on record.delivery_id = accepted.delivery_id and accepted.is_spine
    where record.id_number is not null
) as spine
anti join person on spine.id_number = person.id_number
"""
_IN_SCOPE = """
create or replace temp table in_scope as
select person.person_id, person.id_number, min(accepted.delivered_at) as first_delivered_at
from record
inner join accepted on record.delivery_id = accepted.delivery_id and accepted.is_spine
inner join person on record.id_number = person.id_number
group by person.person_id, person.id_number
"""
_OUT_OF_SCOPE = """
create or replace temp table out_of_scope as
select record.delivery_id, record.row_no
from record
inner join accepted on record.delivery_id = accepted.delivery_id and not accepted.is_spine
anti join (
    select known.id_number from record as known
    inner join delivery on known.delivery_id = delivery.delivery_id and delivery.is_spine
    where known.id_number is not null
) as roster on record.id_number = roster.id_number
where accepted.delivered_at <= $1
"""
_PERSON_LINK = f"""
select record.delivery_id as _delivery_id, record.row_no as _row, accepted.department, accepted.dataset,
    in_scope.person_id, '{RULE_ID_NUMBER}' as rule
from record
inner join accepted on record.delivery_id = accepted.delivery_id
inner join in_scope on record.id_number = in_scope.id_number
order by record.delivery_id, record.row_no
"""
_UNLINKED = """
with not_linked as (
    select record.delivery_id, record.row_no
    from record
    anti join in_scope on record.id_number = in_scope.id_number
    union all
    select delivery_id, row_no from discarded
)
select accepted.delivery_id as _delivery_id, accepted.department, accepted.dataset, count(*) as records
from not_linked
inner join accepted on not_linked.delivery_id = accepted.delivery_id
group by accepted.delivery_id, accepted.department, accepted.dataset
order by accepted.delivery_id
"""


@dataclass(frozen=True)
class LinkResult:
    """The links of one week, as Arrow tables without any identifier."""

    person_link: Any  # _delivery_id, _row, department, dataset, person_id, rule
    person: Any  # person_id, first_delivered_at
    unlinked: Any  # _delivery_id, department, dataset, records
    discarded_now: int  # records whose identity was discarded by this call


def link_week(
    connection: Any, key: bytes, as_of: date, accepted_delivery_ids: Sequence[str], *, discard: bool = True,
    discard_until: date | None = None,
) -> LinkResult:
    """Link the records of the given deliveries, as of the end of a day.

    Persons are those named by a spine delivery of the list delivered by then; a later one changes nothing about an
    earlier `as_of`. Pass `discard=False` while a roster is held: its persons are not yet known, and an identity that
    is discarded cannot come back. With `discard_until`, only deliveries up to that day lose identities.
    """
    connection.begin()
    try:
        _accept(connection, as_of, accepted_delivery_ids)
        _create_persons(connection, key)
        connection.execute(_IN_SCOPE)
        discarded = discard_out_of_scope(connection, discard_until or as_of) if discard else 0
        result = LinkResult(
            person_link=connection.execute(_PERSON_LINK).to_arrow_table(),
            person=connection.execute(
                "select person_id, first_delivered_at from in_scope order by person_id"
            ).to_arrow_table(),
            unlinked=connection.execute(_UNLINKED).to_arrow_table(),
            discarded_now=discarded,
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return result


def _accept(connection: Any, as_of: date, accepted_delivery_ids: Sequence[str]) -> None:
    connection.execute(
        """
        create or replace temp table accepted as
        select delivery_id, department, dataset, delivered_at, is_spine
        from delivery where delivered_at <= ? and delivery_id in (select unnest(?::varchar[]))
        """,
        [as_of, list(accepted_delivery_ids)],
    )


def _create_persons(connection: Any, key: bytes) -> None:
    """Give every new ID number of the spine its person_id; an id once given is never changed."""
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)
    connection.execute(_NEW_PERSONS, [inner, outer])
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


def discard_out_of_scope(connection: Any, until: date) -> int:
    """Delete the identity of accepted records whose number no stored roster names, and remember which rows they were.

    A number that only a later roster names is kept: the record belongs to that person from that week on.
    """
    connection.execute(_OUT_OF_SCOPE, [until])
    connection.execute("insert into discarded select delivery_id, row_no from out_of_scope")
    connection.execute(
        """
        delete from record using out_of_scope
        where record.delivery_id = out_of_scope.delivery_id and record.row_no = out_of_scope.row_no
        """
    )
    return int(connection.execute("select count(*) from out_of_scope").fetchone()[0])
