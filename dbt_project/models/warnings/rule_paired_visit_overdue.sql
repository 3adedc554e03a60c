-- measured: days since the oldest visit was due that has not been made; one made late is no longer open
with open_visit as (
    select
        *,
        {{ engine_date_diff_days('due_on', 'week_end') }} as days_overdue,
        min(due_on) over (partition by week_start, village_id) as first_due_on
    from {{ ref('int_preparation__visit_week') }}
    where
        is_due
        and visited_on is null
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(max(days_overdue) over (partition by week_start, village_id) as decimal(18, 2)) as measured,
    '结对部门应于' || {{ day_zh('first_due_on') }} || '前走访，尚未走访' as detail_zh,
    'organisation' as department,
    'paired_visits' as dataset,
    delivery_id,
    row_no
from open_visit
