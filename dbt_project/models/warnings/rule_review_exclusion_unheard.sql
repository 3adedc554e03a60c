-- measured: steps missing before or after an exclusion: hearing the person first, telling the person (F-23)
with exclusion as (
    select
        *,
        case when heard_on is null or heard_on > decided_on then 1 else 0 end as is_unheard,
        case when notice_on is null then 1 else 0 end as is_untold
    from {{ ref('int_review__decision_week') }}
    where is_exclusion and newest_no = 1
)

select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(is_unheard + is_untold as decimal(18, 2)) as measured,
    '审查决定'
    || case when is_unheard = 1 then '没有事先听取本人陈述申辩的记录' else '' end
    || case when is_unheard + is_untold = 2 then '，也' else '' end
    || case when is_untold = 1 then '没有告知本人的记录' else '' end as detail_zh,
    'organisation' as department,
    'review_decisions' as dataset,
    delivery_id,
    row_no
from exclusion
where is_unheard + is_untold > 0
