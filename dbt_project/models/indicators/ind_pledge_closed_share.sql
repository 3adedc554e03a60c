with pledge as (
    select
        week_start,
        village_id,
        person_id,
        max(case when programme_item = 'pledge_made' then 1 else 0 end) as is_made,
        max(case when programme_item = 'pledge_judged' then 1 else 0 end) as is_judged
    from {{ ref('int_team__programme_week') }}
    group by week_start, village_id, person_id
),

figures as (
    select
        week_start,
        village_id,
        sum(is_made * is_judged) as numerator,
        sum(is_made) as denominator
    from pledge
    group by week_start, village_id
)

{{ for_every_village('figures') }}
