-- What each rule measures, one value per subject, before any threshold and whether or not the rule is on. A village that
-- does not exist in the week is not measured in it. What is said of a person always ends in that people examine it.
with subject_week as (
    select
        week_start,
        rule_id,
        subject_type,
        subject_id,
        village_id,
        max(measured) as measured,
        max(detail_zh) as detail_zh,
        -- a rule may give many records for a subject, but one value and one sentence
        count(distinct measured) > 1 or count(distinct detail_zh) > 1 as is_ambiguous,
        min(case when department is null or dataset is null then 0 else 1 end) = 1 as is_traced
    from {{ ref('int_warning__evidence') }}
    group by week_start, rule_id, subject_type, subject_id, village_id
)

select
    subject_week.week_start,
    subject_week.rule_id,
    subject_week.subject_type,
    subject_week.subject_id,
    subject_week.village_id,
    subject_week.measured,
    subject_week.detail_zh
    || case when subject_week.subject_type = 'person' then '，' || {{ for_examination_zh() }} else '' end as detail_zh,
    subject_week.is_ambiguous,
    subject_week.is_traced
from subject_week
left join {{ ref('int_village__week') }} as village
    on
        subject_week.week_start = village.week_start
        and subject_week.village_id = village.village_id
where
    subject_week.subject_type = 'dataset'
    or subject_week.village_id is null
    or village.village_id is not null
