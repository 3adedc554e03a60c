select
    village_code,
    appraisal_kind,
    period,
    held_on,
    result,
    is_not_listed,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__appraisals') }}
