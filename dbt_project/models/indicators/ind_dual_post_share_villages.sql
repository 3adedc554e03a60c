with figures as (
    select
        week_start,
        village_id,
        numerator,
        1 as denominator
    from {{ ref('ind_dual_post_share') }}
)

{{ for_every_village('figures') }}
