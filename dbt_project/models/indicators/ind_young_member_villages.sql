with figures as (
    select
        week_start,
        village_id,
        max(case when age <= 35 then 1 else 0 end) as numerator,
        1 as denominator
    from {{ ref('int_team__member_week') }}
    where terms_ago = 0
    group by week_start, village_id
)

{{ for_every_village('figures') }}
