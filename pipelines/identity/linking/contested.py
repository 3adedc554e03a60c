"""Numbers that stand on the rosters beside unlike names: whose they are, the rosters do not say.

Belongs here: finding them, and what is done to their links: all of them wait. Does not belong here: telling the department
(`assets.identity`), numbers beside other names in records (`by_number`).

Two names count as unlike that are not the same, nor sound the same. Within the newest rosters any such pair is contested. From
one roster
to the next a name may change by a character (somebody changed it); a wholly different one is believed when a second roster
says it again.
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.names import DIFFERENT, HOMOPHONE, put_levels
from pipelines.identity.linking.prepare import put
from pipelines.identity.normal.said_names import said_name

# roster_name(person_id, person_name, dataset, age): age 0 of the newest roster of a dataset, 1 of the one before it.
_NAMES = """
create or replace temp table roster_pair as
select distinct one.person_id, one.person_name, other.person_name as other_name, one.age + other.age as age
from roster_name as one
inner join roster_name as other
    on one.person_id = other.person_id and one.person_name < other.person_name
where one.age + other.age = 0 or (one.age + other.age = 1 and one.dataset = other.dataset)
"""
_CONTESTED = f"""
create or replace table contested as
select distinct pair.person_id
from roster_pair as pair
inner join roster_key as key on pair.other_name = key.person_name
inner join name_level as level on pair.person_name = level.person_name and key.name_key = level.name_key
where (pair.age = 0 and level.level < {HOMOPHONE}) or level.level = {DIFFERENT}
"""
_STALE_PAIR = """
create or replace temp table stale_pair as
select distinct alias.person_id, alias.person_name, newest.person_name as new_name
from person_alias as alias
inner join roster_name as newest on alias.person_id = newest.person_id and newest.age = 0
anti join roster_name as same
    on alias.person_id = same.person_id and alias.person_name = same.person_name and same.age = 0
"""
_STALE = f"""
delete from person_alias where (person_id, person_name) in (
    select (pair.person_id, pair.person_name)
    from stale_pair as pair
    inner join roster_key as key on pair.new_name = key.person_name
    inner join name_level as level on pair.person_name = level.person_name and key.name_key = level.name_key
    group by pair.person_id, pair.person_name
    having max(level.level) = {DIFFERENT}
)
"""
_WAIT = """
update link set band = 'review' where person_id in (select person_id from contested)
"""


def find_contested(connection: Any) -> None:
    """Make `contested` (person_id) from `roster_name` (person_id, person_name, dataset, age)."""
    connection.execute(_NAMES)
    _compare(connection, "roster_pair", "other_name")
    connection.execute(_CONTESTED)


def drop_stale_names(connection: Any) -> None:
    """Take from `person_alias` the names of older rosters that are wholly other than every name the newest ones have.

    The number was somebody else's by mistake, then or now.
    """
    connection.execute(_STALE_PAIR)
    _compare(connection, "stale_pair", "new_name")
    connection.execute(_STALE)


def _compare(connection: Any, pairs: str, column: str) -> None:
    """Make `roster_key` and `name_level` for the pairs of a table: `person_name` and the name in `column`."""
    texts = [text for (text,) in connection.execute(f"select distinct {column} from {pairs}").fetchall()]
    put(connection, "roster_key", {"person_name": texts, "name_key": [said_name(text).key for text in texts]})
    put_levels(
        connection,
        f"select pair.person_name, key.name_key "
        f"from {pairs} as pair inner join roster_key as key on pair.{column} = key.person_name",
    )


def let_contested_wait(connection: Any) -> None:
    """Whatever was linked to a person whose number two have waits."""
    connection.execute(_WAIT)
