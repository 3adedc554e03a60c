select
    round_no,
    village_code,
    assessed_on,
    item_kind,
    item_no,
    item_name,
    full_marks,
    score,
    assessed_by,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__rectification_assessments') }}
