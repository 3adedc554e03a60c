select
    round_no,
    village_code,
    stage,
    stage_on,
    score,
    outcome,
    level,
    due_on,
    decided_by,
    reason,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__rectification_selections') }}
