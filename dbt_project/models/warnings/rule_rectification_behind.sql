-- measured: percentage points by which the tasks of a weak village are behind their plan
select
    task.week_start,
    'village' as subject_type,
    task.village_id as subject_id,
    task.village_id,
    cast(pace.points_behind as decimal(18, 2)) as measured,
    '整顿任务' || cast(pace.tasks as varchar) || '项，应完成' || cast(pace.tasks_due as varchar) || '项，已完成'
    || cast(pace.tasks_done as varchar) || '项' as detail_zh,
    'organisation' as department,
    'rectification_tasks' as dataset,
    task.delivery_id,
    task.row_no
from {{ ref('int_rectification__task_week') }} as task
inner join {{ ref('int_rectification__pace_week') }} as pace
    on
        task.week_start = pace.week_start
        and task.village_id = pace.village_id
where task.is_newest_round and task.is_due and not task.is_done
