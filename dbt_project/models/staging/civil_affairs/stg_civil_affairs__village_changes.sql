select
    change_no,
    kind,
    effective_on,
    old_code,
    old_name,
    new_code,
    new_name,
    share_percent,
    document_no,
    is_void,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'civil_affairs__village_changes') }}
