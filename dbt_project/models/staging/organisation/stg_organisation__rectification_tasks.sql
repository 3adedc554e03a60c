select
    task_no,
    round_no,
    village_code,
    area,
    item,
    owner_unit,
    planned_on,
    due_on,
    done_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__rectification_tasks') }}
