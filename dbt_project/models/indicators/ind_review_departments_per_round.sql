with figures as (
    select
        week_start,
        village_id,
        sum(asked) as numerator,
        sum(rounds) as denominator
    from {{ ref('int_review__case_week') }}
    group by week_start, village_id
)

{{ for_every_village('figures') }}
