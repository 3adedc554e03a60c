select
    village_code,
    step_code,
    planned_on,
    done_on,
    document_no,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'civil_affairs__election_steps') }}
