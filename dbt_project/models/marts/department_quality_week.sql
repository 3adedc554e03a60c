with score as (
    select
        week_start,
        department,
        sum(points) as points,
        sum(points_possible) as points_possible
    from {{ ref('int_delivery__department_points_week') }}
    group by week_start, department
)

select
    quality.week_start,
    quality.department,
    cast(quality.datasets as bigint) as datasets,
    cast(quality.datasets_on_time as bigint) as datasets_on_time,
    {{ exact_ratio('quality.datasets_on_time', 'quality.datasets') }} as on_time_share,
    cast(quality.datasets_complete as bigint) as datasets_complete,
    {{ exact_ratio('quality.datasets_complete', 'quality.datasets') }} as complete_share,
    cast(quality.deliveries as bigint) as deliveries,
    cast(quality.deliveries_held as bigint) as deliveries_held,
    cast(quality.rows_read as bigint) as rows_read,
    cast(quality.rows_returned as bigint) as rows_returned,
    {{ exact_ratio('quality.rows_returned', 'quality.rows_read') }} as rejected_share,
    cast(quality.mended_lines as bigint) as mended_lines,
    cast(quality.mended_days as bigint) as mended_days,
    {{ exact_ratio('quality.mended_days', 'quality.mended_lines') }} as days_to_mend,
    cast(quality.open_lines as bigint) as open_lines,
    cast(quality.oldest_open_days as bigint) as oldest_open_days,
    cast(score.points as bigint) as points,
    cast(score.points_possible as bigint) as points_possible,
    {{ exact_ratio('score.points * 100', 'score.points_possible') }} as score
from {{ ref('int_delivery__department_week') }} as quality
inner join score on quality.week_start = score.week_start and quality.department = score.department
