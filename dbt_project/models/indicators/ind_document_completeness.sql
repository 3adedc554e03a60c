with figures as (
    select
        week_start,
        village_id,
        sum(case when document_no is not null then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('int_election__step_week') }}
    where document_zh is not null and is_due
    group by week_start, village_id
)

{{ for_every_village('figures') }}
