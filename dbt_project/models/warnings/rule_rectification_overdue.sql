-- measured: days by which the longest overdue problem is behind its date
with found as (
    select
        week_start,
        village_id,
        max({{ engine_date_diff_days('due_on', 'week_end') }}) over (partition by week_start, village_id) as measured,
        delivery_id,
        row_no
    from {{ ref('int_rectification__problem_week') }}
    where is_overdue
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured,
    '整顿问题超过办结时限未销号，最长超期' || cast(measured as varchar) || '天' as detail_zh,
    'organisation' as department,
    'rectification_problems' as dataset,
    delivery_id,
    row_no
from found
