select
    decision_no,
    subject_kind,
    subject_a,
    subject_b,
    verdict,
    decided_by,
    decided_on,
    reason,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__link_decisions') }}
