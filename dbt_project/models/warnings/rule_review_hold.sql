-- measured: answers in force that put the candidacy on hold. Says neither why nor which department: only the people of
-- the joint review know that, and only they decide (F-09, F-24).
with hold as (
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
        conclusion = 'HOLD'
        and not is_stale
        and candidate_status <> 'withdrawn'
)

select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(answers as decimal(18, 2)) as measured,
    '联审结论为暂缓，待人工审查' as detail_zh,
    record_department as department,
    record_dataset as dataset,
    delivery_id,
    row_no
from hold
