"""Whose registered name may be meant by what a record says: the agreement of single pairs, judged once for each two texts.

Belongs here: the tables of pairs. Does not belong here: how two names agree (`normal.said_names`), what follows from it (the
rules).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.identity.linking.prepare import put
from pipelines.identity.normal.said_names import agreement, said_name

# How much each agreement says, as the rules count it. From SURNAME on the name is one that the person may be given, by which
# half a village may be meant; one that is merely NEAR may be a slip of the pen or another person's.
SAME, HOMOPHONE, PART, SURNAME, MISSING, ONE_OFF, NEAR, DIFFERENT, RELATIVE = 5, 4, 3, 2, 1, 0, -1, -2, -3
_LEVELS = {
    "same": SAME, "homophone": HOMOPHONE, "masked": PART, "called": PART, "short": PART,
    "surname": SURNAME, "one_off": ONE_OFF, "sibling": NEAR,
    "short_alike": NEAR, "different": DIFFERENT,
}  # fmt: skip


_CANDIDATE_NAME = """
create or replace temp table candidate_name as
select m.mention_id, pair.person_id, m.person_name, m.name_key, m.of_relative, alias.name_key as alias_key
from ({pairs}) as pair
inner join m on pair.mention_id = m.mention_id
left join alias on pair.person_id = alias.person_id
"""
_CANDIDATE = f"""
create or replace temp table {{table}} as
select
    name.mention_id,
    name.person_id,
    max(case
        when name.of_relative then {RELATIVE}
        when name.name_key is null or name.alias_key is null then {MISSING}
        when name.name_key = name.alias_key then {SAME}
        else level.level
    end) as level
from candidate_name as name
left join name_level as level on name.person_name = level.person_name and name.alias_key = level.name_key
group by name.mention_id, name.person_id
"""


def put_candidates(connection: Any, pairs: str, table: str) -> None:
    """Make a temporary table (mention_id, person_id, level) of the pairs (mention_id, person_id) of a query.

    `level` is how well the name beside the number agrees with the best of the person's.
    """
    connection.execute(_CANDIDATE_NAME.format(pairs=pairs))
    put_levels(connection, "select person_name, alias_key as name_key from candidate_name where name_key <> alias_key")
    connection.execute(_CANDIDATE.format(table=table))


def put_levels(connection: Any, pairs: str, table: str = "name_level") -> None:
    """Make a temporary table (person_name, name_key, level) for the pairs of a query: a record's text, a matching name."""
    rows = connection.execute(
        f"select distinct person_name, name_key from ({pairs}) where person_name is not null and name_key is not null"
    ).fetchall()
    said = {text: said_name(text) for text in {text for text, _ in rows}}
    levels = [RELATIVE if said[text].of_relative else _LEVELS[agreement(said[text], name)] for text, name in rows]
    put(
        connection, table,
        {"person_name": [text for text, _ in rows], "name_key": [name for _, name in rows], "level": levels},
        level=pa.int64(),
    )  # fmt: skip
