-- each unit counts in the first of its villages, so that townships and the county add up
with figures as (
    select
        week_start,
        village_id,
        case
            when row_number() over (partition by week_start, managing_unit_code order by village_code) = 1 then 1
            else 0
        end as numerator,
        0 as denominator
    from {{ ref('int_village__week') }}
)

{{ for_every_village('figures') }}
