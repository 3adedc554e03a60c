-- Every figure of a township and of the county is the sum of its villages', re-added from what the models gave by village:
-- townships have nothing that their villages have not, the county nothing that its townships have not. What is hidden
-- because it would point at a handful of people is not compared.
with village as (
    select
        figure.week_start,
        figure.indicator_id,
        place.managing_unit_code,
        figure.numerator,
        figure.denominator
    from {{ ref('int_indicator__village_week') }} as figure
    inner join {{ ref('int_village__week') }} as place
        on
            figure.week_start = place.week_start
            and figure.village_id = place.village_id
),

expected as (
    select
        week_start,
        indicator_id,
        'township' as scope_type,
        managing_unit_code as scope_id,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from village
    group by week_start, indicator_id, managing_unit_code
    union all
    select
        village.week_start,
        village.indicator_id,
        'county' as scope_type,
        run.county_code as scope_id,
        sum(village.numerator) as numerator,
        sum(village.denominator) as denominator
    from village
    cross join {{ source('landing', 'run') }} as run
    group by village.week_start, village.indicator_id, run.county_code
)

select
    shown.week_start,
    shown.indicator_id,
    shown.scope_type,
    shown.scope_id,
    shown.numerator,
    expected.numerator as expected_numerator,
    shown.denominator,
    expected.denominator as expected_denominator
from {{ ref('indicator_week') }} as shown
left join expected
    on
        shown.week_start = expected.week_start
        and shown.indicator_id = expected.indicator_id
        and shown.scope_type = expected.scope_type
        and shown.scope_id = expected.scope_id
where
    shown.scope_type <> 'village'
    and shown.numerator is not null
    and (
        expected.numerator is null
        or shown.numerator <> expected.numerator
        or (shown.denominator is not null and shown.denominator <> expected.denominator)
    )
