-- What each rule measures, one value per subject, before any threshold and whether or not the rule is on. A village that
-- does not exist in the week is not measured in it.
with subject_week as (
    select
        week_start,
        rule_id,
        subject_type,
        subject_id,
        village_id,
        max(measured) as measured,
        max(detail_zh) as detail_zh
    from {{ ref('int_warning__evidence') }}
    group by week_start, rule_id, subject_type, subject_id, village_id
)

select subject_week.*
from subject_week
left join {{ ref('int_village__week') }} as village
    on
        subject_week.week_start = village.week_start
        and subject_week.village_id = village.village_id
where
    subject_week.subject_type = 'dataset'
    or village.village_id is not null
