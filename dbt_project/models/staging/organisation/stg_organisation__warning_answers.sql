select
    answer_no,
    warning_id,
    village_code,
    step,
    handler_code,
    stepped_on,
    measure,
    promised_on,
    recipient_id,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__warning_answers') }}
