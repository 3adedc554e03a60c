"""Rows of a delivery whose numbers have slipped against their names: recognised together, and nothing is linked from them.

Belongs here: finding such blocks in the order in which the records came. Does not belong here: one number in the wrong row
(`by_number`), telling the department (`assets.identity`).

A row is displaced by k where its number is that of an official whom the row names not, and the row k further on does. Three
rows that are displaced by the same k, with no row between them whose number is that of the one it names, are a block: that three
numbers out of order by themselves lie so happens once in a million rows where one in a hundred is wrong.
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.names import MISSING, SURNAME

# Displaced rows that make a block.
BLOCK_FROM = 3

_ORDER = f"""
create or replace temp table row_in_order as
with judged as (
    select mention_id, max(level) as level from owner group by mention_id
),
placed as (
    select
        sent_row.*,
        judged.level,
        row_number() over (partition by delivery_id order by row_no, sent_row.mention_id) as place
    from sent_row left join judged on sent_row.mention_id = judged.mention_id
)
select
    *,
    -- rows with the same count have none between them whose number is that of the one they name
    count(*) filter (level >= {SURNAME}) over (partition by delivery_id order by place) as segment
from placed
"""
_DISPLACED = f"""
create or replace temp table displaced as
select distinct subject.delivery_id, subject.segment, subject.place, named.place - subject.place as by_rows
from row_in_order as subject
inner join owner on subject.mention_id = owner.mention_id
inner join alias on owner.person_id = alias.person_id
inner join m_name on alias.name_key = m_name.name_key
inner join row_in_order as named
    on m_name.mention_id = named.mention_id and subject.delivery_id = named.delivery_id and subject.place <> named.place
where subject.level < {SURNAME} and subject.level <> {MISSING}
"""
_BLOCKS = f"""
create or replace temp table slipped_span as
select delivery_id, segment, min(place) as first_place, max(place) as last_place, any_value(abs(by_rows)) as reach
from displaced
group by delivery_id, segment, by_rows
having count(*) >= {BLOCK_FROM}
"""
# The block, and at its ends rows whose number is another's as well, for what they name may have gone to the other end, and rows
# that name nobody, whose number may have slipped with the others: twice as far, for the row before one of these is not known
# to be displaced either.
_ROWS = f"""
create or replace temp table slipped_row as
select distinct ordered.delivery_id, ordered.row_no, ordered.mention_id, ordered.segment
from row_in_order as ordered
inner join slipped_span as span on ordered.delivery_id = span.delivery_id
    and (
        ordered.place between span.first_place and span.last_place
        or (ordered.place between span.first_place - 2 * span.reach and span.last_place + 2 * span.reach
            and ordered.segment = span.segment and ordered.level < {SURNAME})
    )
"""
_UNLINK = "delete from link where mention_id in (select mention_id from slipped_row)"


def hold_slipped(connection: Any) -> None:
    """Take the links of slipped rows away.

    Leaves `slipped_row` (delivery_id, row_no, mention_id, segment), one segment per block.
    """
    for statement in (_ORDER, _DISPLACED, _BLOCKS, _ROWS, _UNLINK):
        connection.execute(statement)
