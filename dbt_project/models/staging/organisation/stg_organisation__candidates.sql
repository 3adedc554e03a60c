select
    village_code,
    position,
    sex,
    birth_month,
    education,
    political_status,
    nominated_on,
    review_round,
    sent_for_review_on,
    is_on_nominee_list,
    candidate_status,
    notice_kind,
    notice_no,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__candidates') }}
