with figures as (
    select
        village.week_start,
        village.village_id,
        count(reserve.person_id) as numerator,
        1 as denominator
    from {{ ref('int_village__week') }} as village
    left join {{ ref('int_team__reserve_week') }} as reserve
        on
            village.week_start = reserve.week_start
            and village.village_id = reserve.village_id
    group by village.week_start, village.village_id
)

{{ for_every_village('figures') }}
