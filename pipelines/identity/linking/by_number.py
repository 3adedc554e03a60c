"""By the whole number: whose it is, whether the name beside it is theirs, and whom the name names if it is not.

Belongs here: numbers that are whole and on a roster, or on none. Does not belong here: damaged numbers (`by_damaged_number`), how
names agree (`normal.said_names`).

A number beside the name of another official is nobody's until a person says so: one of the two is wrong, and which of them
nothing in the record tells. What waits offers both.
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.names import (
    DIFFERENT,
    MISSING,
    NEAR,
    ONE_OFF,
    PART,
    SAME,
    SURNAME,
    put_candidates,
    put_levels,
)

ID_NUMBER, OTHER_NAMED = "id_number", "other_named"
# Posts that one person holds at a time: of the others nobody can be told by the post alone.
SINGLE_POSTS = ("P1", "C1", "S1", "E1", "X1")
SINGLE = ", ".join(f"'{code}'" for code in SINGLE_POSTS)

_OWNER = "select m.mention_id, person.person_id from m inner join person on m.id_number = person.id_number"
# The posts that a person held on the day of a record, in its village or one of its line, and that the record speaks of.
_HELD = """
inner join m on {who}.mention_id = m.mention_id
inner join m_post on m.mention_id = m_post.mention_id and m_post.is_named and not m_post.is_former
inner join village_line as line on m.village_id = line.village_id
inner join post
    on {who}.person_id = post.person_id and line.related_id = post.village_id and m_post.position = post.position
    and post.started_on <= m.on_date and (post.ended_on is null or m.on_date <= post.ended_on)
"""
# Of candidates for a mention, those who held on its day the post it speaks of, in its village or one of its line; `is_single`
# where one person at a time holds it. Then the name may be one that no roster knows, if nobody else of the village has it.
_BORNE_OUT = f"""
create or replace temp table borne_out as
select candidate.mention_id, candidate.person_id, bool_or(post.position in ({SINGLE})) as is_single
from {{candidates}} as candidate
{_HELD.format(who="candidate")}
left join named_in_village as other on m.mention_id = other.mention_id and post.person_id <> other.person_id
where other.mention_id is null
group by candidate.mention_id, candidate.person_id
"""
# Whom the name names beside the candidate by number: everybody of the villages of the record and of the candidate, and whoever
# of the county bears just this name.
_PLACE_PAIR = f"""
create or replace temp table place_pair as
with asked as (
    select candidate.mention_id, candidate.person_id, m.person_name, m.village_id
    from {{candidates}} as candidate inner join m on candidate.mention_id = m.mention_id
    where candidate.level < {SAME} and candidate.level <> {MISSING} and not m.of_relative
),
place as (
    select asked.mention_id, asked.person_id, asked.person_name, line.related_id as village_id
    from asked inner join village_line as line on asked.village_id = line.village_id
    union
    select asked.mention_id, asked.person_id, asked.person_name, line.related_id
    from asked
    inner join post on asked.person_id = post.person_id
    inner join village_line as line on post.village_id = line.village_id
)
select distinct place.mention_id, place.person_name, post.person_id, alias.name_key
from place
inner join post on place.village_id = post.village_id and place.person_id <> post.person_id
inner join alias on post.person_id = alias.person_id
"""
_OTHER_NAMED = f"""
create or replace temp table other_named as
select mention_id, person_id, max(level) as level, bool_or(in_place) as in_place
from (
    select pair.mention_id, pair.person_id, level.level, true as in_place
    from place_pair as pair
    inner join name_level as level on pair.person_name = level.person_name and pair.name_key = level.name_key
    where level.level >= {NEAR}
    union all
    select candidate.mention_id, alias.person_id, {SAME}, false
    from {{candidates}} as candidate
    inner join m_name on candidate.mention_id = m_name.mention_id
    inner join alias on m_name.name_key = alias.name_key and candidate.person_id <> alias.person_id
    where candidate.level < {SAME} and candidate.level <> {MISSING}
)
group by mention_id, person_id
"""
# An official of the same name holds the record's post in its village, where the number's owner has none.
_SAME_NAME_ELSEWHERE = f"""
insert into other_named
select owner.mention_id, named.person_id, {SAME}, true
from owner
inner join named_in_village as named
    on owner.mention_id = named.mention_id and owner.person_id <> named.person_id and named.holds_post
anti join named_in_village as own on owner.mention_id = own.mention_id and owner.person_id = own.person_id
where owner.level = {SAME}
"""
# A name that may be the owner's gives way to one of the same place that fits better, and of which only the surname agrees, to
# any of the place that it fits; one that is merely near, or another, also to everybody of the county who bears it. Of two
# whom it fits as well the post decides: it must not be the other one's, and if the name is masked, short or what somebody is
# called, it must be the candidate's.
BETTER_NAMED = f"""
    select candidate.mention_id, candidate.person_id
    from {{candidates}} as candidate inner join other_named as other on candidate.mention_id = other.mention_id
    left join post_held as held on candidate.mention_id = held.mention_id and candidate.person_id = held.person_id
    left join rival on other.mention_id = rival.mention_id and other.person_id = rival.person_id
    where (other.in_place and other.level > candidate.level)
        or (other.in_place and other.level = candidate.level and rival.person_id is not null)
        or (other.in_place and other.level = candidate.level and candidate.level = {PART} and held.mention_id is null)
        or (candidate.level < {SURNAME} and other.level = {SAME})
        or (candidate.level = {SURNAME} and other.in_place and other.level = {SURNAME})
        or (candidate.level = {SAME} and other.in_place)
"""
_BY_NUMBER = f"""
insert into link
with better as ({BETTER_NAMED.format(candidates="owner")})
select
    owner.mention_id,
    owner.person_id,
    '{ID_NUMBER}',
    case
        when owner.level = {SURNAME} and borne_out.mention_id is not null then 'sure'
        when (owner.mention_id, owner.person_id) in (select (mention_id, person_id) from better) then 'review'
        when owner.level >= {ONE_OFF} then 'sure'
        -- the name of a brother or sister, or a slip of the pen: the post on the day tells
        when owner.level = {NEAR} and borne_out.mention_id is not null then 'sure'
        when owner.level = {DIFFERENT} and borne_out.is_single then 'sure'
        else 'review'
    end,
    null
from owner
left join borne_out on owner.mention_id = borne_out.mention_id and owner.person_id = borne_out.person_id
"""
# Those of the place first; others of the county where the place has nobody of the name. More than a few of the surname alone
# say nothing.
_OFFERED = 5
OFFER_NAMED = f"""
insert into link
select other.mention_id, other.person_id, '{OTHER_NAMED}', 'review', null
from other_named as other
semi join (
    select mention_id from link where rule = '{{rule}}' group by mention_id having bool_and(band = 'review')
) as waiting on other.mention_id = waiting.mention_id
anti join link on other.mention_id = link.mention_id and other.person_id = link.person_id
qualify (other.in_place or not bool_or(other.in_place) over (partition by other.mention_id))
    and (other.level > {SURNAME} or count(*) over (partition by other.mention_id) <= {_OFFERED})
"""


# Who held the record's post on its day: of the candidates, and of those of the place whom the name may mean besides.
_POST_HELD = f"""
create or replace temp table post_held as
select distinct candidate.mention_id, candidate.person_id
from {{candidates}} as candidate
{_HELD.format(who="candidate")}
"""
_RIVAL = f"""
create or replace temp table rival as
select distinct other.mention_id, other.person_id
from other_named as other
{_HELD.format(who="other")}
where other.in_place
"""


def by_whole_number(connection: Any) -> None:
    """Link or offer the owners of whole numbers, and whom the record names beside them.

    Leaves `owner` (mention_id, person_id, level).
    """
    put_candidates(connection, _OWNER, "owner")
    find_borne_out(connection, "owner")
    find_other_named(connection, "owner")
    connection.execute(_SAME_NAME_ELSEWHERE)
    connection.execute(_BY_NUMBER)
    connection.execute(OFFER_NAMED.format(rule=ID_NUMBER))


def find_borne_out(connection: Any, candidates: str) -> None:
    """Make `borne_out` for a table (mention_id, person_id)."""
    connection.execute(_BORNE_OUT.format(candidates=candidates))


def find_other_named(connection: Any, candidates: str) -> None:
    """Make `other_named` for a table (mention_id, person_id, level)."""
    connection.execute(_PLACE_PAIR.format(candidates=candidates))
    put_levels(connection, "select person_name, name_key from place_pair")
    connection.execute(_OTHER_NAMED.format(candidates=candidates))
    connection.execute(_POST_HELD.format(candidates=candidates))
    connection.execute(_RIVAL)


