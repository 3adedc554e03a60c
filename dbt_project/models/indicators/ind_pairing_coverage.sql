with figures as (
    select
        village.week_start,
        village.village_id,
        max(case when pairing.department_code is not null then 1 else 0 end) as numerator,
        1 as denominator
    from {{ ref('int_village__week') }} as village
    left join {{ ref('int_village__pairing_week') }} as pairing
        on
            village.week_start = pairing.week_start
            and village.village_id = pairing.village_id
    group by village.week_start, village.village_id
)

{{ for_every_village('figures') }}
