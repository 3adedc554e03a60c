with figures as (
    select
        week_start,
        village_id,
        sum(case when is_done then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('int_election__step_week') }}
    group by week_start, village_id
)

{{ for_every_village('figures') }}
