select
    opinion_no,
    reviewer,
    review_round,
    answered_on,
    conclusion,
    rule_id,
    event_on,
    influence_until,
    valid_until,
    document_no,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__collected_opinions') }}
