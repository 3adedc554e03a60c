with figures as (
    select
        problem.week_start,
        problem.village_id,
        count(*) as numerator,
        0 as denominator
    from {{ ref('int_rectification__problem_week') }} as problem
    inner join {{ ref('int_rectification__listing_week') }} as listing
        on
            problem.week_start = listing.week_start
            and problem.village_id = listing.village_id
            and problem.round_no = listing.round_no
    where listing.level = 'county' and not problem.is_withdrawn
    group by problem.week_start, problem.village_id
)

{{ for_every_village('figures') }}
