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
        greatest(definition.small_cell, run.small_cell) as small_cell,
        definition.restricted,
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
        max(small_cell) as small_cell,
        bool_or(restricted) as restricted,
        max(kind) as kind,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        -- how many the figure speaks of: of a count itself
        sum(case kind when 'count' then numerator else denominator end) as base
    from scoped
    group by week_start, indicator_id, scope_type, scope_id
),

ranked as (
    select
        *,
        coalesce(
            sum(base) over (
                partition by week_start, indicator_id, scope_type
                order by base asc, scope_id asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as smaller_ones
    from summed
),

-- A restricted figure over a handful of people would point at them. Nor may what is hidden be found by taking what is
-- shown from the county's total: where the hidden ones together are still a handful, the next larger one is hidden too.
judged as (
    select
        *,
        not restricted or (base >= small_cell and (smaller_ones = 0 or smaller_ones >= small_cell)) as is_shown
    from ranked
)

select
    week_start,
    indicator_id,
    scope_type,
    scope_id,
    scope_name,
    kind,
    cast(case when is_shown then numerator end as decimal(18, 2)) as numerator,
    cast(case when is_shown and kind <> 'count' then denominator end as decimal(18, 2)) as denominator
from judged
