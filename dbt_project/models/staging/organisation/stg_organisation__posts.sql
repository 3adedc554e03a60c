select
    village_code,
    position,
    sex,
    birth_month,
    education,
    political_status,
    started_on,
    ended_on,
    is_full_time,
    term_year,
    left_reason,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__posts') }}
