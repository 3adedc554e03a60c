select
    village_code,
    promotion_kind,
    promoted_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__promotions') }}
