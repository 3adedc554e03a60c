select
    village_code,
    work_item,
    work_state,
    due_on,
    done_on,
    issues_found,
    issues_closed,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__village_works') }}
