-- the newest round's final list, with the record that put a village on it
select
    week_start,
    week_end,
    round_no,
    village_id,
    level,
    stage_on as listed_on,
    due_on,
    reason,
    delivery_id,
    row_no
from {{ ref('int_rectification__stage_week') }}
where is_newest_round and stage = 'final' and outcome = 'kept'
