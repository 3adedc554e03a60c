-- measured: what an outcome lacks to be a decision: body, date, reason, two people
with lacking as (
    select
        *,
        case when decided_on is null then 1 else 0 end
        + case when decider_body is null then 1 else 0 end
        + case when reason is null then 1 else 0 end
        + case when deciders is null or deciders < 2 then 1 else 0 end as missing
    from {{ ref('int_review__decision_week') }}
    where outcome is not null and newest_no = 1
)

select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(missing as decimal(18, 2)) as measured,
    '审查记录有结论而缺少决定机关、日期、理由或者参加决定人数，不视为决定' as detail_zh,
    'organisation' as department,
    'review_decisions' as dataset,
    delivery_id,
    row_no
from lacking
where missing > 0
