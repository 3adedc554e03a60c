with figures as (
    select
        week_start,
        village_id,
        members_interviewed as numerator,
        party_members as denominator
    from {{ ref('int_village__profile_week') }}
)

{{ for_every_village('figures') }}
