"""The rules that link without weighing, in their order; a mention that one has answered is asked no further.

Belongs here: the order, and what the rules share. Does not belong here: the rules themselves (`by_number`, `by_damaged_number`,
`by_name`), what only a weighing of evidence can answer (`scoring`), forms of names and numbers (`identity.normal`).

What a rule finds certain is 'sure'; what it finds possible and not certain is 'review' and waits for a person; of the rest it
says nothing. The rules lean to 'review': a missed link hides a fact, a wrong one wrongs a person.
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.by_damaged_number import ID_DAMAGED, by_damaged_number
from pipelines.identity.linking.by_name import (
    BY_NAME_AND_POST,
    BY_ROLE,
    NAME_VILLAGE_POST,
    NAMED_IN_VILLAGE,
    ROLE,
    SECOND_NUMBER,
    by_part_of_name,
)
from pipelines.identity.linking.by_number import ID_NUMBER, by_whole_number

DECIDED = "decided"
__all__ = ["DECIDED", "ID_DAMAGED", "ID_NUMBER", "NAME_VILLAGE_POST", "ROLE", "apply_rules"]

# How near two whole names are, for the weighing of pairs inside a village.
_MACROS = """
create or replace temp macro characters_apart(one, other) as
    len(list_filter(range(1, length(one) + 1), place -> substr(one, place, 1) <> substr(other, place, 1)));
create or replace temp macro name_agreement(one, one_pinyin, one_surname, other, other_pinyin, other_surname) as
    case
        when one = other then 'same'
        when one_pinyin = other_pinyin and length(one) = length(other) then 'homophone'
        when one_surname <> other_surname or length(one) <> length(other) or length(one) < 3 then 'different'
        when characters_apart(one, other) > 1 then 'different'
        -- brothers and sisters share the surname and the character of their generation
        when substr(one, length(one_surname) + 1, 1) = substr(other, length(one_surname) + 1, 1) then 'sibling'
        else 'one_off'
    end
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
    for macro in _MACROS.split(";\n"):
        connection.execute(macro)
    connection.execute(
        """
        create or replace temp table link (
            mention_id varchar, person_id varchar, rule varchar, band varchar, weight double
        )
        """
    )
    connection.execute(NAMED_IN_VILLAGE)
    by_whole_number(connection)
    by_damaged_number(connection)
    connection.execute(SECOND_NUMBER)
    connection.execute(_OPEN)
    connection.execute(BY_NAME_AND_POST)
    connection.execute(_OPEN)
    by_part_of_name(connection)
    connection.execute(_OPEN)
    connection.execute(BY_ROLE)
    connection.execute(_OPEN)
