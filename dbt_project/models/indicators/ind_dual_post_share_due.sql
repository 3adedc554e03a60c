-- a village with an approved exemption is not due, whoever holds its posts
with figures as (
    select
        figure.week_start,
        figure.village_id,
        figure.numerator,
        1 as denominator
    from {{ ref('ind_dual_post_share') }} as figure
    left join {{ ref('int_village__exemption_week') }} as exemption
        on
            figure.week_start = exemption.week_start
            and figure.village_id = exemption.village_id
    where exemption.village_id is null
)

{{ for_every_village('figures') }}
