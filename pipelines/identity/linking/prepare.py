"""What the rules compare: names in their forms, damaged numbers, villages with their lines, posts in their villages.

Belongs here: tables derived from the mentions and the rosters alone, before anything is compared. Does not belong here: any
judgement (`rules`, `scoring`).

Input, as tables of the connection's own database (identifiers are text):

    mention(mention_id, person_name, id_number, id_text, village_code, position, on_date date)
    person(person_id, id_number)
    person_alias(person_id, person_name)
    tenure(person_id, village_code, position, started_on date, ended_on date)      ended_on null: still held
    village_period(village_code, village_id, valid_from date, valid_to date)       null: since before, or until after, the records
    village_successor(from_id, to_id, effective_on date)
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.identity.normal.id_numbers import cut_of, damage_of
from pipelines.identity.normal.names import matching_name, surname_and_given
from pipelines.identity.normal.pinyin import name_pinyin

# Digits that a damaged number must still say to be evidence: with the four at the end one in ten thousand agrees by chance.
LEAST_DIGITS = 4

# The line of a village: itself, all it came from and all that came of it; not what merely came into the same one.
_VILLAGE_LINE = """
create or replace temp table village_line as
with recursive later(village_id, related_id) as (
    select distinct village_id, village_id from village_period
    union
    select later.village_id, successor.to_id
    from later inner join village_successor as successor on later.related_id = successor.from_id
)
select village_id, related_id from later
union
select related_id, village_id from later
"""
# The village that a code meant on a day: of the periods of the code the one the day lies in, else the nearest one. Nearly all
# codes have meant one village in one period: only of the others the periods are compared.
_VILLAGE_ON = """
create or replace temp table {target} as
with plain as (
    select village_code, any_value(village_id) as village_id, any_value(valid_from) as valid_from, any_value(valid_to) as valid_to
    from village_period group by village_code having count(*) = 1
),
several as (select * from village_period anti join plain on village_period.village_code = plain.village_code),
compared as (
    select
        subject.*,
        several.village_id,
        several.valid_from,
        several.valid_to,
        row_number() over (
            partition by subject.{key}
            order by
                case
                    when subject.{day} < several.valid_from then several.valid_from - subject.{day}
                    when subject.{day} >= several.valid_to then subject.{day} - several.valid_to + 1
                    else 0
                end,
                several.valid_from desc,
                several.village_id
        ) as nearness,
        subject.{day} is not null or count(distinct several.village_id) over (partition by subject.{key}) = 1 as is_clear
    from {source} as subject
    inner join several on subject.village_code = several.village_code
),
placed as (
    -- without a day a code that meant several villages means none
    select * exclude (nearness, is_clear, village_id), case when is_clear then village_id end as village_id
    from compared where nearness = 1
    union all by name
    select subject.*, plain.village_id, plain.valid_from, plain.valid_to
    from {source} as subject
    left join plain on subject.village_code = plain.village_code
    where subject.village_code is null or subject.village_code not in (select village_code from several)
)
select * exclude (valid_from, valid_to),
    (valid_from is null or valid_from <= placed.{day}) and (valid_to is null or placed.{day} < valid_to) as in_period
from placed
"""
_MENTION_FORMS = """
create or replace temp table m as
select
    placed.*,
    form.name_key, form.surname, form.given, form.pinyin,
    damage.kind as damage, damage.id_plain, damage.head, damage.tail, damage.digits_known,
    placed.id_number is not null and damage.kind is null as has_whole_number,
    -- 9.99901E+17 says the area only
    coalesce(damage.kind <> 'scientific' and damage.digits_known >= {least_digits}, false) as has_damaged_number
from mention_placed as placed
left join name_form as form on placed.person_name = form.person_name
left join id_damage as damage on coalesce(placed.id_text, placed.id_number) = damage.id_text
"""
_ALIAS_FORMS = """
create or replace temp table alias as
select distinct person_alias.person_id, form.name_key, form.surname, form.given, form.pinyin
from person_alias inner join name_form as form on person_alias.person_name = form.person_name
"""


def prepare(connection: Any) -> None:
    """Make the tables `m` (mentions with their forms), `alias`, `post` (tenures in their villages) and `village_line`."""
    _name_forms(connection)
    _damages(connection)
    connection.execute(_VILLAGE_LINE)
    connection.execute(
        _VILLAGE_ON.format(target="mention_placed", source="mention", key="mention_id", day="on_date")
    )
    connection.execute("create or replace temp table tenure_numbered as select row_number() over () as tenure_no, * from tenure")
    connection.execute(
        _VILLAGE_ON.format(target="post", source="tenure_numbered", key="tenure_no", day="started_on")
    )
    connection.execute(_MENTION_FORMS.format(least_digits=LEAST_DIGITS))
    connection.execute(_ALIAS_FORMS)


def _name_forms(connection: Any) -> None:
    names = connection.execute(
        """
        select distinct person_name from (
            select person_name from mention union all select person_name from person_alias
        ) where person_name is not null
        """
    ).fetchnumpy()["person_name"]
    keys = [matching_name(name) for name in names]
    parts = [surname_and_given(key) for key in keys]
    put(
        connection,
        "name_form",
        {
            "person_name": list(names),
            "name_key": keys,
            "surname": [surname for surname, _ in parts],
            "given": [given for _, given in parts],
            "pinyin": [name_pinyin(key) for key in keys],
        },
    )


def _damages(connection: Any) -> None:
    """What damaged numbers still say; a number that a spreadsheet cut off passes its check once in eleven times, and then
    nobody on the rosters has it.
    """
    texts = connection.execute(
        """
        select distinct coalesce(mention.id_text, mention.id_number) as id_text
        from mention anti join person on mention.id_number = person.id_number
        where mention.id_text is not null or mention.id_number is not null
        """
    ).fetchnumpy()["id_text"]
    found = [(text, damage) for text in texts if (damage := damage_of(text) or cut_of(text)) is not None]
    put(
        connection,
        "id_damage",
        {
            "id_text": [text for text, _ in found],
            "id_plain": [damage.text for _, damage in found],
            "kind": [damage.kind.value for _, damage in found],
            "head": [damage.head for _, damage in found],
            "tail": [damage.tail for _, damage in found],
            "digits_known": [damage.digits_known for _, damage in found],
        },
        digits_known=pa.int64(),
    )


def put(connection: Any, table: str, columns: dict[str, list[Any]], **types: pa.DataType) -> None:
    """Make a temporary table of Python columns; texts unless `types` says otherwise."""
    frame = pa.table({name: pa.array(column, types.get(name, pa.string())) for name, column in columns.items()})
    connection.register("incoming_columns", frame)
    connection.execute(f"create or replace temp table {table} as select * from incoming_columns")
    connection.unregister("incoming_columns")
