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
    contested(person_id)                                    whose number two people have, see `contested`; may be missing
    sent_row(mention_id, delivery_id, row_no bigint)        in which order records came, see `slipped`; may be missing
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.identity.normal.id_numbers import DamageKind, evidence_of
from pipelines.identity.normal.names import surname_and_given
from pipelines.identity.normal.pinyin import name_pinyin
from pipelines.identity.normal.posts import position_of, possible_posts, posts_of
from pipelines.identity.normal.said_names import said_name
from pipelines.sources.codes import code_tables

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
_MENTION_FORMS = f"""
create or replace temp table m as
select
    placed.* exclude (position),
    placed.position as said_position,
    post.position,
    form.name_key, form.surname, form.given, form.pinyin, form.name_kind,
    coalesce(form.is_noted, false) as is_noted, coalesce(form.of_relative, false) as of_relative,
    damage.kind as damage, damage.id_plain, damage.head, damage.tail, damage.digits_known,
    placed.id_number is not null and (damage.kind is null or damage.kind = '{DamageKind.OTHER_YEAR.value}') as has_whole_number,
    damage.kind is not null as has_damaged_number
from mention_placed as placed
left join name_form as form on placed.person_name = form.person_name
left join id_damage as damage on coalesce(placed.id_text, placed.id_number) = damage.id_text
left join single_post as post on placed.position = post.said
"""
# Every post and every name that a mention may mean.
_SAID = """
create or replace temp table m_post as
select m.mention_id, said_post.position, said_post.is_named, said_post.is_former
from m inner join said_post on m.said_position = said_post.said;
create or replace temp table m_name as
select m.mention_id, m.name_key from m where m.name_key is not null and not m.of_relative
union
select m.mention_id, other_name.name_key
from m inner join other_name on m.person_name = other_name.person_name
where not m.of_relative
"""
_ALIAS_FORMS = """
create or replace temp table alias as
select distinct person_alias.person_id, form.name_key, form.surname, form.given, form.pinyin
from person_alias inner join name_form as form on person_alias.person_name = form.person_name
"""


def prepare(connection: Any) -> None:
    """Make the tables `m` (mentions with their forms; `position` where one is named), `m_name` and `m_post` (every name and post
    that one may mean), `alias`, `post` (tenures in their villages) and `village_line`.
    """
    connection.execute("create table if not exists contested (person_id varchar)")
    connection.execute("create table if not exists sent_row (mention_id varchar, delivery_id varchar, row_no bigint)")
    _name_forms(connection)
    _damages(connection)
    _posts(connection)
    connection.execute(_VILLAGE_LINE)
    connection.execute(
        _VILLAGE_ON.format(target="mention_placed", source="mention", key="mention_id", day="on_date")
    )
    connection.execute("create or replace temp table tenure_numbered as select row_number() over () as tenure_no, * from tenure")
    connection.execute(
        _VILLAGE_ON.format(target="post", source="tenure_numbered", key="tenure_no", day="started_on")
    )
    connection.execute(_MENTION_FORMS)
    connection.execute(_ALIAS_FORMS)
    for statement in _SAID.split(";\n"):
        connection.execute(statement)


def _name_forms(connection: Any) -> None:
    names = connection.execute(
        """
        select distinct person_name from (
            select person_name from mention union all select person_name from person_alias
        ) where person_name is not null
        """
    ).fetchnumpy()["person_name"]
    said = [said_name(name) for name in names]
    keys = [name.key for name in said]
    parts = [surname_and_given(key) for key in keys]
    put(
        connection,
        "name_form",
        {
            "person_name": list(names),
            "name_key": keys,
            "name_kind": [name.kind for name in said],
            "surname": [surname for surname, _ in parts],
            "given": [given for _, given in parts],
            "pinyin": [name_pinyin(key) for key in keys],
            "is_noted": [name.noted for name in said],
            "of_relative": [name.of_relative for name in said],
        },
        is_noted=pa.bool_(), of_relative=pa.bool_(),
    )  # fmt: skip
    others = [(text, key) for text, name in zip(names, said, strict=True) for key in name.keys[1:]]
    put(connection, "other_name", {"person_name": [text for text, _ in others], "name_key": [key for _, key in others]})


def _damages(connection: Any) -> None:
    """What numbers that nobody on the rosters has still say."""
    texts = connection.execute(
        """
        select distinct coalesce(mention.id_text, mention.id_number) as id_text
        from mention anti join person on mention.id_number = person.id_number
        where mention.id_text is not null or mention.id_number is not null
        """
    ).fetchnumpy()["id_text"]
    found = [(text, damage) for text in texts if (damage := evidence_of(text)) is not None]
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


def _posts(connection: Any) -> None:
    """The posts that a code or words mean: `is_named` where the words say so, not merely where they are said of such holders."""
    texts = connection.execute("select distinct position from mention where position is not null").fetchnumpy()["position"]
    codes = code_tables()["position"].labels
    rows: list[tuple[str, str, bool, bool]] = []
    single: list[tuple[str, str]] = []
    for text in texts:
        if text in codes or not any("\u3400" <= sign <= "\u9fff" for sign in text):
            rows.append((text, text, True, False))
            single.append((text, text))
            continue
        rows += [(text, post.code, True, post.former) for post in posts_of(text)]
        rows += [(text, code, False, False) for code in possible_posts(text)]
        if code := position_of(text):
            single.append((text, code))
    put(
        connection,
        "said_post",
        {
            "said": [text for text, *_ in rows],
            "position": [code for _, code, _, _ in rows],
            "is_named": [named for _, _, named, _ in rows],
            "is_former": [former for *_, former in rows],
        },
        is_named=pa.bool_(), is_former=pa.bool_(),
    )  # fmt: skip
    put(connection, "single_post", {"said": [text for text, _ in single], "position": [code for _, code in single]})


def put(connection: Any, table: str, columns: dict[str, list[Any]], **types: pa.DataType) -> None:
    """Make a temporary table of Python columns; texts unless `types` says otherwise."""
    frame = pa.table({name: pa.array(column, types.get(name, pa.string())) for name, column in columns.items()})
    connection.register("incoming_columns", frame)
    connection.execute(f"create or replace temp table {table} as select * from incoming_columns")
    connection.unregister("incoming_columns")
