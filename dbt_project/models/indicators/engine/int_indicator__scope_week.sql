-- rolling up re-adds numerators and denominators; rates are never averaged
with scoped as (
    select
        figure.week_start,
        figure.indicator_id,
        scope.scope_type,
        case scope.scope_type
            when 'village' then village.village_id
            when 'township' then village.managing_unit_code
            else run.county_code
        end as scope_id,
        case scope.scope_type
            when 'village' then village.village_name
            when 'township' then village.managing_unit_name
            else run.county_name
        end as scope_name,
        definition.kind,
        figure.numerator,
        figure.denominator
    from {{ ref('int_indicator__village_week') }} as figure
    inner join {{ ref('int_village__week') }} as village
        on
            figure.week_start = village.week_start
            and figure.village_id = village.village_id
    inner join {{ ref('indicators') }} as definition
        on
            figure.indicator_id = definition.indicator_id
            and village.week_end >= definition.valid_from
            and (definition.valid_to is null or village.week_end <= definition.valid_to)
    cross join (values ('village'), ('township'), ('county')) as scope (scope_type)
    cross join {{ source('landing', 'run') }} as run
    where scope.scope_type <> 'village' or not definition.restricted
),

summed as (
    select
        week_start,
        indicator_id,
        scope_type,
        scope_id,
        max(scope_name) as scope_name,
        max(kind) as kind,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from scoped
    group by week_start, indicator_id, scope_type, scope_id
)

select
    week_start,
    indicator_id,
    scope_type,
    scope_id,
    scope_name,
    kind,
    cast(numerator as decimal(18, 2)) as numerator,
    cast(case when kind <> 'count' then denominator end as decimal(18, 2)) as denominator
from summed
