select
    request_no,
    village_code,
    review_round,
    sent_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__review_requests') }}
