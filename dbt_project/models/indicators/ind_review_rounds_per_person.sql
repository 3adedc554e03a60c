with figures as (
    select
        week_start,
        village_id,
        sum(rounds) as numerator,
        sum(case when rounds > 0 then 1 else 0 end) as denominator
    from {{ ref('int_review__case_week') }}
    group by week_start, village_id
)

{{ for_every_village('figures') }}
