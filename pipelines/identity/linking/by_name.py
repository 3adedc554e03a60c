"""Without a number: by name, village and post, by a name that is none beside village and post, and by the post alone.

Belongs here: what a record without a number that is on a roster may say for certain, or nearly. Does not belong here: weighing
(`scoring`), how names agree (`normal.said_names`).
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.by_number import SINGLE
from pipelines.identity.linking.names import PART, SURNAME, put_levels
from pipelines.identity.normal.said_names import WHOLE

NAME_VILLAGE_POST, PART_OF_NAME, ROLE, OTHER_VILLAGE = "name_village_post", "part_of_name", "role", "other_village"
# More holders than that of one post, or more officials of one name in one post, say nothing.
_OFFERED = 5

# Names and posts of the rosters that fit a mention in its village, or in one of its line.
NAMED_IN_VILLAGE = """
create or replace temp table named_in_village as
select
    m.mention_id,
    post.person_id,
    -- a matter may be recorded after its person has left the post, not before they came to it; without a day it may be
    -- that of a namesake in the same post, long ago
    coalesce(bool_or(m_post.position = post.position and post.started_on <= m.on_date), false) as holds_post
from m
inner join m_name on m.mention_id = m_name.mention_id
inner join village_line as line on m.village_id = line.village_id
inner join post on line.related_id = post.village_id
inner join alias on post.person_id = alias.person_id and m_name.name_key = alias.name_key
left join m_post on m.mention_id = m_post.mention_id
group by m.mention_id, post.person_id
"""
# A whole number that no roster knows beside the name and post of an official: perhaps a second number of theirs.
SECOND_NUMBER = f"""
insert into link
select named_in_village.mention_id, named_in_village.person_id, '{NAME_VILLAGE_POST}', 'review', null
from named_in_village
semi join (
    select m.mention_id from m anti join person on m.id_number = person.id_number where m.has_whole_number
) as unknown on named_in_village.mention_id = unknown.mention_id
anti join link on named_in_village.mention_id = link.mention_id and named_in_village.person_id = link.person_id
where holds_post
"""
BY_NAME_AND_POST = f"""
insert into link
select
    named.mention_id,
    named.person_id,
    '{NAME_VILLAGE_POST}',
    -- two of one name in the village: which of them is meant, only a person can tell; and a number that fits none of them
    -- speaks against all, and so may a note of which nobody knows what it says
    case
        when count(*) over (partition by named.mention_id) = 1 and not m.has_damaged_number and not m.is_noted
        then 'sure' else 'review'
    end,
    null
from named_in_village as named
inner join m on named.mention_id = m.mention_id
semi join open_mention on named.mention_id = open_mention.mention_id
where named.mention_id in (select mention_id from named_in_village where holds_post)
"""
# A name of which a part is missing, or what somebody is called: whom of the village it may mean.
_PART_PAIR = """
create or replace temp table part_pair as
select distinct m.mention_id, m.person_name, post.person_id, alias.name_key
from m
semi join open_mention on m.mention_id = open_mention.mention_id
anti join named_in_village on m.mention_id = named_in_village.mention_id
inner join village_line as line on m.village_id = line.village_id
inner join post on line.related_id = post.village_id
inner join alias on post.person_id = alias.person_id
where m.name_key is not null and not m.of_relative
"""
_PLACED = """
    m.*,
    -- a matter of before a merger may stand under the code that the merged village has kept: it may be the other one's
    m.village_id in (select to_id from village_successor where from_id <> to_id and m.on_date < effective_on) as joined_later
"""
# Who of those it may mean held the post on the day. One alone is meant, where the village and the day leave no doubt about who
# held it:
# of a shortened name, or a surname alone, only in a post that one person holds at a time: it may be somebody's whole name, or
# several's.
_BY_PART_OF_NAME = f"""
insert into link
with asked as (
    select {_PLACED} from m semi join part_pair on m.mention_id = part_pair.mention_id
),
fit as (
    select pair.mention_id, pair.person_id, max(level.level) as level
    from part_pair as pair
    inner join name_level as level on pair.person_name = level.person_name and pair.name_key = level.name_key
    where level.level in ({PART}, {SURNAME})
    group by pair.mention_id, pair.person_id
),
judged as (
    select
        fit.mention_id,
        fit.person_id,
        coalesce(bool_or(
            m_post.position = post.position and post.started_on <= asked.on_date
            and (post.ended_on is null or asked.on_date <= post.ended_on)
        ), false) as holds,
        coalesce(bool_or(
            m_post.position = post.position and m_post.is_named and not m_post.is_former
            and post.started_on < asked.on_date and (post.ended_on is null or asked.on_date < post.ended_on)
            and asked.in_period and not asked.joined_later and asked.village_id = post.village_id
            and (post.position in ({SINGLE}) or (asked.name_kind <> '{WHOLE}' and fit.level = {PART}))
        ), false) as surely
    from fit
    inner join asked on fit.mention_id = asked.mention_id
    inner join village_line as line on asked.village_id = line.village_id
    inner join post on fit.person_id = post.person_id and line.related_id = post.village_id
    left join m_post on fit.mention_id = m_post.mention_id
    group by fit.mention_id, fit.person_id
),
nearest as (
    select * from judged qualify holds or not bool_or(holds) over (partition by mention_id)
)
select
    nearest.mention_id,
    nearest.person_id,
    '{PART_OF_NAME}',
    case
        when nearest.surely and count(*) over (partition by nearest.mention_id) = 1
            and not asked.has_damaged_number and not asked.is_noted
        then 'sure' else 'review'
    end,
    null
from nearest inner join asked on nearest.mention_id = asked.mention_id
"""
BY_ROLE = f"""
insert into link
with asked as (
    select {_PLACED}
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
            and asked.position in ({SINGLE})
            and post.started_on < asked.on_date and (post.ended_on is null or asked.on_date < post.ended_on)
        ) as surely
    from asked
    inner join m_post on asked.mention_id = m_post.mention_id
    inner join village_line as line on asked.village_id = line.village_id
    inner join post on line.related_id = post.village_id and m_post.position = post.position
    where asked.on_date is null
        or (post.started_on <= asked.on_date
            and (m_post.is_former or post.ended_on is null or asked.on_date <= post.ended_on))
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
# Nobody of the village fits, but somebody of the name held the post on the day elsewhere: the village may be the wrong one.
_BY_OTHER_VILLAGE = f"""
insert into link
select distinct m.mention_id, post.person_id, '{OTHER_VILLAGE}', 'review', null::double
from m
inner join m_name on m.mention_id = m_name.mention_id
inner join m_post on m.mention_id = m_post.mention_id and m_post.is_named
inner join alias on m_name.name_key = alias.name_key
inner join post on alias.person_id = post.person_id and m_post.position = post.position
anti join link on m.mention_id = link.mention_id
where not m.has_whole_number
    and post.started_on <= m.on_date and (post.ended_on is null or m.on_date <= post.ended_on)
qualify count(distinct post.person_id) over (partition by m.mention_id) <= {_OFFERED}
"""


def by_part_of_name(connection: Any) -> None:
    """Link or offer whom a masked or shortened name, or what somebody is called, may mean beside the village."""
    connection.execute(_PART_PAIR)
    put_levels(connection, "select person_name, name_key from part_pair")
    connection.execute(_BY_PART_OF_NAME)


def by_other_village(connection: Any) -> None:
    """Offer the officials of the name who held the post elsewhere, for mentions that nothing else has answered."""
    connection.execute(_BY_OTHER_VILLAGE)
