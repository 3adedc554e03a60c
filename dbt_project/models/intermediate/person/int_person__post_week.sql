select
    week_start,
    week_end,
    person_id,
    village_id,
    position,
    body,
    sex,
    birth_month,
    education,
    political_status,
    started_on,
    ended_on,
    is_full_time,
    delivery_id,
    row_no
from {{ ref('int_person__tenure_week') }}
where is_held
