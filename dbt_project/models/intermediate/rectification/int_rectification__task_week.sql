with task as (
    {{ rectification_ledger('tasks', ['task_no'], 'planned_on') }}
)

select
    week_start,
    week_end,
    task_no,
    round_no,
    is_newest_round,
    village_id,
    area,
    item,
    owner_unit,
    planned_on,
    due_on,
    done_on,
    done_on is not null as is_done,
    due_on <= week_end as is_due,
    done_on is null and due_on < week_end as is_overdue,
    delivery_id,
    row_no
from task
