"""The rules that link without weighing: by number, by damaged number, by name and post, by post alone.

Belongs here: one step per rule, in their order; a mention that a rule has answered is asked no further. Does not belong here:
what only a weighing of evidence can answer (`scoring`), forms of names and numbers (`identity.normal`).

What a rule finds certain is 'sure'; what it finds possible and not certain is 'review' and waits for a person; of the rest it
says nothing. The rules lean to 'review': a missed link hides a fact, a wrong one wrongs a person.
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.prepare import put
from pipelines.identity.normal.characters import called
from pipelines.identity.normal.id_numbers import cut_of, damage_of, fits

ID_NUMBER, ID_DAMAGED, NAME_VILLAGE_POST, ROLE, DECIDED = "id_number", "id_damaged", "name_village_post", "role", "decided"
# Posts that one person holds at a time: of the others nobody can be told by the post alone.
SINGLE_POSTS = ("P1", "C1", "S1", "E1", "X1")
_SINGLE = ", ".join(f"'{code}'" for code in SINGLE_POSTS)
# Digits that a damaged number must say, by what else agrees. Beside the name in its village any that are evidence at all;
# beside the name alone as many as the area and the last four; beside a name alone that sounds the same, or a village, or a
# brother's name, all but one.
_AREA_AND_TAIL, _NEARLY_WHOLE = 10, 17
# More holders than that of one post say nothing.
_OFFERED = 5

_MACROS = """
create or replace temp macro characters_apart(one, other) as
    len(list_filter(range(1, length(one) + 1), place -> substr(one, place, 1) <> substr(other, place, 1)));
-- quick, and true for all that `fits` may find
create or replace temp macro may_have_become(number, kind, plain, head, tail) as
    case
        when kind = 'tail' then ends_with(number, tail)
        when kind = 'masked' then length(plain) = 15 or (starts_with(number, head) and ends_with(number, tail))
        when length(plain) = 18 then left(number, 14) = left(plain, 14) or hamming(number, plain) <= 2
        -- one lost or one too many: either the last nine are whole, or the first nine and the last one are
        when right(number, 9) = right(plain, 9) then true
        else left(number, 9) = left(plain, 9)
            and (right(number, 1) = right(plain, 1) or starts_with(number, plain) or starts_with(plain, number))
    end;
create or replace temp macro is_called(one, other, other_surname) as
    (length(one) = 2 and left(one, 1) in ({before_last}) and right(one, 1) = right(other, 1))
    or one in ({order});
create or replace temp macro alike_short(one, one_surname, other, other_surname) as
    -- of two characters with the same surname: one that differs does not make it a wholly different name
    one_surname = other_surname and length(one) = 2 and length(other) = 2;
create or replace temp macro name_agreement(one, one_pinyin, one_surname, other, other_pinyin, other_surname) as
    case
        when one = other then 'same'
        when one_pinyin = other_pinyin and length(one) = length(other) then 'homophone'
        when is_called(one, other, other_surname) then 'called'
        when one_surname <> other_surname or length(one) <> length(other) or length(one) < 3 then 'different'
        when characters_apart(one, other) > 1 then 'different'
        -- brothers and sisters share the surname and the character of their generation
        when substr(one, length(one_surname) + 1, 1) = substr(other, length(one_surname) + 1, 1) then 'sibling'
        else 'one_off'
    end;
"""
_BY_NUMBER = f"""
insert into link
select
    m.mention_id,
    person.person_id,
    '{ID_NUMBER}',
    -- somebody's number beside a wholly different name: one of the two is wrong, unless the village and the post on the day
    -- are theirs too
    case when bool_or(m.name_key is null
        or alike_short(m.name_key, m.surname, alias.name_key, alias.surname)
        or name_agreement(m.name_key, m.pinyin, m.surname, alias.name_key, alias.pinyin, alias.surname) <> 'different')
        or any_value(borne_out.mention_id) is not null
    then 'sure' else 'review' end,
    null
from m
inner join person on m.id_number = person.id_number
left join alias on person.person_id = alias.person_id
left join borne_out on m.mention_id = borne_out.mention_id and person.person_id = borne_out.person_id
group by m.mention_id, person.person_id
"""
# Of the persons whom a number may mean, those who alone held the post the mention speaks of, in its village, on its day. Then
# the name may be one that no roster knows, if nobody else of the village has it.
_BORNE_OUT = f"""
create or replace temp table borne_out as
select distinct m.mention_id, post.person_id
from {{candidates}} as candidate
inner join m on candidate.mention_id = m.mention_id
inner join village_line as line on m.village_id = line.village_id
inner join post
    on candidate.person_id = post.person_id and line.related_id = post.village_id and m.position = post.position
left join named_in_village as other on m.mention_id = other.mention_id and post.person_id <> other.person_id
where m.position in ({_SINGLE}) and other.mention_id is null
    and post.started_on <= m.on_date and (post.ended_on is null or m.on_date <= post.ended_on)
"""
_WHOLE_FIT = "(select m.mention_id, person.person_id from m inner join person on m.id_number = person.id_number)"
# Names and posts of the rosters that fit a mention in its village, or in one of its line.
_NAMED_IN_VILLAGE = """
create or replace temp table named_in_village as
select
    m.mention_id,
    post.person_id,
    -- a matter may be recorded after its person has left the post, not before they came to it; without a day it may be
    -- that of a namesake in the same post, long ago
    bool_or(m.position = post.position and post.started_on <= m.on_date) as holds_post
from m
inner join village_line as line on m.village_id = line.village_id
inner join post on line.related_id = post.village_id
inner join alias on post.person_id = alias.person_id and m.name_key = alias.name_key
group by m.mention_id, post.person_id
"""
# A whole number that no roster knows beside the name and post of an official: perhaps a second number of theirs.
_SECOND_NUMBER = f"""
insert into link
select named_in_village.mention_id, named_in_village.person_id, '{NAME_VILLAGE_POST}', 'review', null
from named_in_village
semi join (
    select m.mention_id from m anti join person on m.id_number = person.id_number where m.has_whole_number
) as unknown on named_in_village.mention_id = unknown.mention_id
where holds_post
"""
# Beside another name: one mistake leaves the first 14 digits as they are, or the last 4 and the area, or the last 12.
_DAMAGED_PAIRS = """
create or replace temp table damaged_pair as
with damaged as (
    select * from m where has_damaged_number
),
near as (
    select damaged.mention_id, alias.person_id
    from damaged inner join alias on damaged.name_key = alias.name_key
    union
    select damaged.mention_id, post.person_id
    from damaged
    inner join village_line as line on damaged.village_id = line.village_id
    inner join post on line.related_id = post.village_id
    {blocks}
)
select distinct near.mention_id, near.person_id, damaged.id_plain, person.id_number
from near
inner join damaged on near.mention_id = damaged.mention_id
inner join person on near.person_id = person.person_id
where may_have_become(person.id_number, damaged.damage, damaged.id_plain, damaged.head, damaged.tail)
"""
_BLOCK = f"""
    union
    select damaged.mention_id, person.person_id
    from damaged
    inner join person on {{0}} = {{1}}
    inner join alias on person.person_id = alias.person_id
    where may_have_become(person.id_number, damaged.damage, damaged.id_plain, damaged.head, damaged.tail)
        and (damaged.name_key is null or damaged.digits_known >= {_NEARLY_WHOLE} or name_agreement(
            damaged.name_key, damaged.pinyin, damaged.surname, alias.name_key, alias.pinyin, alias.surname) <> 'different')
"""
_BLOCKS = tuple(
    _BLOCK.format(form.format("damaged.id_plain"), form.format("person.id_number"))
    for form in ("left({0}, 14)", "right({0}, 12)", "left({0}, 6) || right({0}, 4)")
)
_BY_DAMAGED_NUMBER = f"""
insert into link
with judged as (
    select
        fit.mention_id,
        fit.person_id,
        m.digits_known,
        m.village_id,
        max(case
            when m.name_key is null then 0
            when m.name_key = alias.name_key then 3
            else case name_agreement(m.name_key, m.pinyin, m.surname, alias.name_key, alias.pinyin, alias.surname)
                when 'homophone' then 2
                when 'different' then if(alike_short(m.name_key, m.surname, alias.name_key, alias.surname), 0, -1)
                else 1
            end
        end) as name_level,
        bool_or(line.related_id is not null) as in_village,
        bool_or(borne_out.mention_id is not null) as is_borne_out
    from damaged_fit as fit
    inner join m on fit.mention_id = m.mention_id
    inner join alias on fit.person_id = alias.person_id
    left join borne_out on fit.mention_id = borne_out.mention_id and fit.person_id = borne_out.person_id
    left join post on fit.person_id = post.person_id
    left join village_line as line on m.village_id = line.village_id and post.village_id = line.related_id
    group by fit.mention_id, fit.person_id, m.digits_known, m.village_id
)
select
    mention_id,
    person_id,
    '{ID_DAMAGED}',
    case
        when count(*) over (partition by mention_id) > 1 then 'review'
        when is_borne_out or (name_level >= 2 and in_village) then 'sure'
        when name_level = 3 and village_id is null and digits_known >= {_AREA_AND_TAIL} then 'sure'
        when name_level = 2 and village_id is null and digits_known >= {_NEARLY_WHOLE} then 'sure'
        when name_level >= 0 and in_village and digits_known >= {_NEARLY_WHOLE} then 'sure'
        else 'review'
    end,
    null
from judged
-- somebody of the village may have another name by now
where name_level >= 0 or in_village
"""
_BY_NAME_AND_POST = f"""
insert into link
select
    found.mention_id,
    found.person_id,
    '{NAME_VILLAGE_POST}',
    -- two of one name in the village: which of them is meant, only a person can tell; and a number that fits none of them
    -- speaks against all
    case
        when count(*) over (partition by found.mention_id) = 1 and not m.has_damaged_number then 'sure' else 'review'
    end,
    null
from named_in_village as found
inner join m on found.mention_id = m.mention_id
semi join open_mention on found.mention_id = open_mention.mention_id
where found.mention_id in (select mention_id from named_in_village where holds_post)
"""
_BY_ROLE = f"""
insert into link
with asked as (
    select
        m.*,
        -- a matter of before a merger may stand under the code that the merged village has kept: it may be the other one's
        m.village_id in (select to_id from village_successor where from_id <> to_id and m.on_date < effective_on) as joined_later
    from m semi join open_mention on m.mention_id = open_mention.mention_id
    where m.name_key is null and not m.has_damaged_number and m.village_id is not null
),
-- whoever may have held it: on the day, in the village or in one of its line
held as (
    select
        asked.mention_id,
        post.person_id,
        bool_or(
            asked.in_period and not asked.joined_later and asked.village_id = post.village_id
            and asked.position in ({_SINGLE})
            and post.started_on < asked.on_date and (post.ended_on is null or asked.on_date < post.ended_on)
        ) as surely
    from asked
    inner join village_line as line on asked.village_id = line.village_id
    inner join post on line.related_id = post.village_id and asked.position = post.position
    where asked.on_date is null
        or (post.started_on <= asked.on_date and (post.ended_on is null or asked.on_date <= post.ended_on))
    group by asked.mention_id, post.person_id
)
select
    mention_id,
    person_id,
    '{ROLE}',
    case when surely and count(*) over (partition by mention_id) = 1 then 'sure' else 'review' end,
    null
from held
qualify count(*) over (partition by mention_id) <= {_OFFERED}
"""
_OPEN = """
create or replace temp table open_mention as
select m.mention_id from m anti join link on m.mention_id = link.mention_id
where not m.has_whole_number
"""


def apply_rules(connection: Any) -> None:
    """Fill `link` by the rules, from the tables of `prepare`; makes `open_mention`, what no rule has answered.

    A mention with a whole number that no roster knows is somebody else's and stays unanswered: a name does not count then.
    """
    for macro in _MACROS.format(**_called_as_sql()).split(";\n"):
        if macro.strip():
            connection.execute(macro)
    connection.execute(
        """
        create or replace temp table link (
            mention_id varchar, person_id varchar, rule varchar, band varchar, weight double
        )
        """
    )
    connection.execute(_NAMED_IN_VILLAGE)
    connection.execute(_BORNE_OUT.format(candidates=_WHOLE_FIT))
    connection.execute(_BY_NUMBER)
    connection.execute(_SECOND_NUMBER)
    _by_damaged_number(connection)
    for rule in (_BY_NAME_AND_POST, _BY_ROLE):
        connection.execute(_OPEN)
        connection.execute(rule)
    connection.execute(_OPEN)


def _called_as_sql() -> dict[str, str]:
    """What people are called, as lists of SQL values: `order` is made of the other name's surname."""
    forms = called()
    return {
        "before_last": ", ".join(f"'{one}'" for one in forms.before_last),
        "order": ", ".join(f"other_surname || '{forms.between}{one}'" for one in forms.order),
    }


def _by_damaged_number(connection: Any) -> None:
    """Which whole number may have become a damaged one is judged pair by pair (`fits`); the pairs are few."""
    connection.execute(_DAMAGED_PAIRS.format(blocks="".join(_BLOCKS)))
    pairs = connection.execute("select mention_id, person_id, id_plain, id_number from damaged_pair").fetchall()
    damages = {text: damage_of(text) or cut_of(text) for text in {pair[2] for pair in pairs}}
    fitting = [
        (mention, person)
        for mention, person, text, number in pairs
        if (damage := damages[text]) is not None and fits(damage, number)
    ]
    put(
        connection,
        "damaged_fit",
        {"mention_id": [mention for mention, _ in fitting], "person_id": [person for _, person in fitting]},
    )
    connection.execute(_BORNE_OUT.format(candidates="damaged_fit"))
    connection.execute(_BY_DAMAGED_NUMBER)
