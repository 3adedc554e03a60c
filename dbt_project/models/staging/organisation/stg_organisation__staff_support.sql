select
    village_code,
    support_year,
    pay,
    has_accident_cover,
    has_illness_cover,
    had_health_check,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__staff_support') }}
