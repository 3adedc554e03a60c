-- Teams are compared from one term to the next, never from year to year; figures are added up, rates never averaged.
with member as (
    {{ at_run_week('int_team__member_week') }}
),

village as (
    {{ at_run_week('int_village__week') }}
),

comparable as (
    {{ at_run_week('int_team__comparable_week') }}
),

figure as (
    {%- call(measure_id, measure, is_last) each_team_measure() %}
    select
        '{{ measure_id }}' as indicator_id,
        village_id,
        terms_ago,
        sum({{ team_numerator(measure) }}) as numerator,
        sum({{ team_denominator(measure) }}) as denominator
    from member
    group by village_id, terms_ago
    {% if not is_last %}union all{% endif %}
    {%- endcall %}
),

scoped as (
    select
        figure.*,
        scope.scope_type,
        case scope.scope_type when 'township' then village.managing_unit_code else run.county_code end as scope_id,
        case scope.scope_type when 'township' then village.managing_unit_name else run.county_name end as scope_name,
        comparable.is_comparable
    from figure
    inner join village on figure.village_id = village.village_id
    inner join comparable on figure.village_id = comparable.village_id
    cross join (values ('township'), ('county')) as scope (scope_type)
    cross join {{ source('landing', 'run') }} as run
),

summed as (
    select
        indicator_id,
        scope_type,
        scope_id,
        max(scope_name) as scope_name,
        count(distinct case when terms_ago = 0 then village_id end) as villages,
        count(distinct case when terms_ago = 0 and is_comparable then village_id end) as comparable_villages,
        {%- for name, condition in [('this', 'terms_ago = 0'), ('last', 'terms_ago = 1'),
            ('comparable_this', 'terms_ago = 0 and is_comparable'),
            ('comparable_last', 'terms_ago = 1 and is_comparable')] %}
        sum(case when {{ condition }} then numerator end) as {{ name }}_numerator,
        sum(case when {{ condition }} then denominator end) as {{ name }}_denominator{{ "," if not loop.last }}
        {%- endfor %}
    from scoped
    group by indicator_id, scope_type, scope_id
),

valued as (
    select
        summed.*,
        definition.unit,
        {%- for name in ['this', 'last', 'comparable_this', 'comparable_last'] %}
        case
            when definition.kind = 'count' then cast({{ name }}_numerator as double)
            else {{ exact_ratio(name ~ '_numerator', name ~ '_denominator') }}
        end as {{ name }}_value{{ "," if not loop.last }}
        {%- endfor %}
    from summed
    cross join {{ source('landing', 'run') }} as run
    inner join {{ ref('indicators') }} as definition
        on
            summed.indicator_id = definition.indicator_id
            and run.as_of >= definition.valid_from
            and (definition.valid_to is null or run.as_of <= definition.valid_to)
)

select
    run.week as week_start,
    valued.indicator_id,
    valued.scope_type,
    valued.scope_id,
    valued.scope_name,
    case when valued.unit = '%' then '个百分点' else valued.unit end as change_unit,
    valued.villages,
    cast(valued.this_numerator as decimal(18, 2)) as numerator,
    cast(valued.this_denominator as decimal(18, 2)) as denominator,
    valued.this_value as value,
    cast(valued.last_numerator as decimal(18, 2)) as last_numerator,
    cast(valued.last_denominator as decimal(18, 2)) as last_denominator,
    valued.last_value,
    valued.this_value - valued.last_value as change,
    valued.comparable_villages,
    valued.comparable_this_value,
    valued.comparable_last_value,
    valued.comparable_this_value - valued.comparable_last_value as comparable_change
from valued
cross join {{ source('landing', 'run') }} as run
