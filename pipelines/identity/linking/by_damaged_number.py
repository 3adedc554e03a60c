"""By a damaged number, beside a name, a village or a post: which whole number it may have been, and whether the rest agrees.

Belongs here: forming the pairs and judging them. Does not belong here: what a damaged number says (`sources.damaged_id`), whole
numbers (`by_number`).
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.by_number import BETTER_NAMED, OFFER_NAMED, find_borne_out, find_other_named
from pipelines.identity.linking.names import (
    DIFFERENT,
    HOMOPHONE,
    NEAR,
    ONE_OFF,
    PART,
    RELATIVE,
    SAME,
    put_candidates,
)
from pipelines.identity.linking.prepare import put
from pipelines.identity.normal.id_numbers import DamageKind, evidence_of, may_have_been

ID_DAMAGED = "id_damaged"
# Digits that a damaged number must say, by what else agrees. Beside the name in its village any that are evidence at all;
# beside the name alone, or the post alone, as many as the area and the last four; beside a name alone that sounds the same, or
# a village, all but one.
_AREA_AND_TAIL, _NEARLY_WHOLE = 10, 17

# Quick, and true for all that `may_have_been` may find. Every text here is of single bytes, see `sources.damaged_id`; but what
# is counted are characters.
_MACROS = """
create or replace temp macro characters_apart(one, other) as
    len(list_filter(range(1, length(one) + 1), place -> substr(one, place, 1) <> substr(other, place, 1)));
create or replace temp macro may_have_become(number, kind, plain, head, tail) as
    case
        when kind = 'tail' then ends_with(number, tail)
        when kind = 'masked' then length(plain) = 15 or (starts_with(number, head) and ends_with(number, tail))
        when kind in ('letters', 'noted') then number = plain
        when kind = 'first_generation' then characters_apart(left(number, 6) || substr(number, 9, 9), plain) <= 2
        when left(number, 6) = left(plain, 6) and substr(number, 11, 7) = substr(plain, 11, 7) then true
        when kind = 'other_year' then false
        when kind = 'scientific' then left(number, 1) = left(plain, 1)
        when length(plain) = 18 then left(number, 14) = left(plain, 14) or characters_apart(number, plain) <= 2
        -- one lost or one too many: either the last nine are whole, or the first nine and the last one are
        when right(number, 9) = right(plain, 9) then true
        else left(number, 9) = left(plain, 9)
            and (right(number, 1) = right(plain, 1) or starts_with(number, plain) or starts_with(plain, number))
    end
"""
# Beside another name: one mistake leaves the first 14 digits as they are, or the last 4 and the area, or the last 12.
_DAMAGED_PAIRS = """
create or replace temp table damaged_pair as
with damaged as (
    select * from m where has_damaged_number
),
near as (
    select damaged.mention_id, alias.person_id
    from damaged
    inner join m_name on damaged.mention_id = m_name.mention_id
    inner join alias on m_name.name_key = alias.name_key
    union
    select damaged.mention_id, post.person_id
    from damaged
    inner join village_line as line on damaged.village_id = line.village_id
    inner join post on line.related_id = post.village_id
    {blocks}
)
select distinct near.mention_id, near.person_id, coalesce(damaged.id_text, damaged.id_number) as id_text, person.id_number
from near
inner join damaged on near.mention_id = damaged.mention_id
inner join person on near.person_id = person.person_id
where may_have_become(person.id_number, damaged.damage, damaged.id_plain, damaged.head, damaged.tail)
"""
_BLOCK = """
    union
    select damaged.mention_id, person.person_id
    from damaged inner join person on {0} = {1}
    where may_have_become(person.id_number, damaged.damage, damaged.id_plain, damaged.head, damaged.tail)
"""
_BLOCKS = tuple(
    _BLOCK.format(form.format("damaged.id_plain"), form.format("person.id_number"))
    for form in ("left({0}, 14)", "right({0}, 12)", "left({0}, 6) || right({0}, 4)", "{0}")
)
_CANDIDATE = f"""
create or replace temp table damaged_candidate as
select
    fit.mention_id, fit.person_id, fit.level, m.digits_known, m.damage, m.village_id,
    exists (
        select 1 from post inner join village_line as line on post.village_id = line.related_id
        where post.person_id = fit.person_id and line.village_id = m.village_id
    ) as in_village
from damaged_level as fit inner join m on fit.mention_id = m.mention_id
-- somebody of the village may have another name by now
where fit.level >= {NEAR} or in_village or m.digits_known >= {_NEARLY_WHOLE}
"""
_BY_DAMAGED_NUMBER = f"""
insert into link
with better as ({BETTER_NAMED.format(candidates="damaged_candidate")}),
judged as (
    select
        candidate.*,
        borne_out.mention_id is not null as is_borne_out,
        coalesce(borne_out.is_single, false) as is_single,
        (candidate.mention_id, candidate.person_id) in (select (mention_id, person_id) from better) as is_another_named,
        count(*) over (partition by candidate.mention_id) as fitting,
        count(*) filter (candidate.level >= {ONE_OFF}) over (partition by candidate.mention_id) as fitting_by_name
    from damaged_candidate as candidate
    left join borne_out on candidate.mention_id = borne_out.mention_id and candidate.person_id = borne_out.person_id
)
select
    mention_id,
    person_id,
    '{ID_DAMAGED}',
    case
        when fitting > 1 and (level < {SAME} or fitting_by_name > 1) then 'review'
        when level = {RELATIVE} or is_another_named or damage = '{DamageKind.OTHER_YEAR.value}' then 'review'
        when is_single and (level >= {NEAR} or digits_known >= {_AREA_AND_TAIL}) then 'sure'
        when level >= {HOMOPHONE} and in_village then 'sure'
        when level = {PART} and in_village and digits_known >= {_AREA_AND_TAIL} then 'sure'
        when level = {SAME} and village_id is null and digits_known >= {_AREA_AND_TAIL} then 'sure'
        when level = {HOMOPHONE} and village_id is null and digits_known >= {_NEARLY_WHOLE} then 'sure'
        when level >= {ONE_OFF} and in_village and digits_known >= {_NEARLY_WHOLE} then 'sure'
        when level = {NEAR} and is_borne_out and digits_known >= {_NEARLY_WHOLE} then 'sure'
        else 'review'
    end,
    null
from judged
where level > {DIFFERENT} or is_another_named or in_village or is_borne_out or fitting = 1
"""


def by_damaged_number(connection: Any) -> None:
    """Link or offer whose number a damaged one may have been. Which fits is judged pair by pair; the pairs are few."""
    for macro in _MACROS.split(";\n"):
        connection.execute(macro)
    connection.execute(_DAMAGED_PAIRS.format(blocks="".join(_BLOCKS)))
    _judge_pairs(connection)
    put_candidates(connection, "select mention_id, person_id from damaged_fit", "damaged_level")
    connection.execute(_CANDIDATE)
    find_borne_out(connection, "damaged_candidate")
    find_other_named(connection, "damaged_candidate")
    connection.execute(_BY_DAMAGED_NUMBER)
    connection.execute(OFFER_NAMED.format(rule=ID_DAMAGED))


def _judge_pairs(connection: Any) -> None:
    pairs = connection.execute("select mention_id, person_id, id_text, id_number from damaged_pair").fetchall()
    damages = {text: evidence_of(text) for text in {pair[2] for pair in pairs}}
    fitting = [
        (mention, person)
        for mention, person, text, number in pairs
        if (damage := damages[text]) is not None and may_have_been(damage, number)
    ]
    put(
        connection,
        "damaged_fit",
        {"mention_id": [mention for mention, _ in fitting], "person_id": [person for _, person in fitting]},
    )
