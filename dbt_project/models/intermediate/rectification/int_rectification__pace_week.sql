-- how far the tasks of a village are behind their plan: of all of them, those due by the week's end less those done
with counted as (
    select
        week_start,
        village_id,
        round_no,
        count(*) as tasks,
        sum(case when is_due then 1 else 0 end) as tasks_due,
        sum(case when is_done then 1 else 0 end) as tasks_done,
        sum(case when is_overdue then 1 else 0 end) as tasks_overdue
    from {{ ref('int_rectification__task_week') }}
    where is_newest_round
    group by week_start, village_id, round_no
)

select
    week_start,
    village_id,
    round_no,
    cast(tasks as bigint) as tasks,
    cast(tasks_due as bigint) as tasks_due,
    cast(tasks_done as bigint) as tasks_done,
    cast(tasks_overdue as bigint) as tasks_overdue,
    greatest(tasks_due - tasks_done, 0) * 100.0 / tasks as points_behind
from counted
