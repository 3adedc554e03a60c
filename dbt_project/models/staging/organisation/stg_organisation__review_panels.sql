select
    review_round,
    reviewer,
    asked_on,
    due_on,
    cut_off_on,
    document_no,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__review_panels') }}
