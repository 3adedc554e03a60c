with figures as (
    select
        week_start,
        village_id,
        key_persons_interviewed as numerator,
        key_persons as denominator
    from {{ ref('int_village__profile_week') }}
)

{{ for_every_village('figures') }}
