with valued as (
    select
        *,
        case kind when 'count' then cast(numerator as double) else {{ exact_ratio('numerator', 'denominator') }} end as value
    from {{ ref('int_indicator__scope_week') }}
),

compared as (
    select
        *,
        lag(value) over (partition by indicator_id, scope_type, scope_id order by week_start) as previous_value
    from valued
)

select
    week_start,
    indicator_id,
    scope_type,
    scope_id,
    scope_name,
    numerator,
    denominator,
    value,
    previous_value,
    value - previous_value as change
from compared
