with figures as (
    select
        week_start,
        village_id,
        representatives_interviewed as numerator,
        representatives as denominator
    from {{ ref('int_village__profile_week') }}
)

{{ for_every_village('figures') }}
