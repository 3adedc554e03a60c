select
    correction_no,
    person_id,
    department,
    dataset,
    section,
    item,
    opened_on,
    due_on,
    opened_by,
    reason,
    correction_state,
    closed_on,
    closed_by,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__corrections') }}
