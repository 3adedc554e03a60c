select
    opinion_no,
    review_round,
    answered_on,
    conclusion,
    rule_id,
    influence_until,
    valid_until,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'public_security__opinions') }}
