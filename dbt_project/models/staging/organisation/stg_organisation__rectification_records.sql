select
    record_no,
    round_no,
    village_code,
    record_kind,
    recorded_on,
    planned,
    quantity,
    amount,
    unit_name,
    note,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__rectification_records') }}
