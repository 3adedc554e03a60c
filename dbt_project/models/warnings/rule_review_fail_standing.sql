-- measured: answers in force that did not pass a person whose candidacy still stands. A finding for people to examine,
-- never a decision (F-24).
with failed as (
    select
        week_start,
        person_id,
        village_id,
        count(*) over (partition by week_start, person_id, village_id) as answers,
        record_department,
        record_dataset,
        delivery_id,
        row_no
    from {{ ref('int_review__request_week') }}
    where
        conclusion = 'FAIL'
        and not is_stale
        and candidate_status in ('proposed', 'confirmed', 'elected')
)

select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(answers as decimal(18, 2)) as measured,
    '联审结论为不通过，人选仍在列，待人工审查' as detail_zh,
    record_department as department,
    record_dataset as dataset,
    delivery_id,
    row_no
from failed
