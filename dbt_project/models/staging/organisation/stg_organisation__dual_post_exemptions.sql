select
    village_code,
    reason,
    approved_on,
    approved_by,
    valid_until,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__dual_post_exemptions') }}
