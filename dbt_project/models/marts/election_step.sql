with step as (
    {{ at_run_week('int_election__step_week') }}
)

select
    step.village_id,
    village.village_code,
    village.village_name,
    step.body,
    step.step_code,
    step.step_no,
    step.phase_zh,
    step.name_zh,
    step.legal_level,
    step.planned_on,
    step.due_on,
    step.done_on,
    case
        when step.is_done then 'done'
        when step.days_overdue > 0 then 'overdue'
        when step.due_on <= {{ engine_date_add_days('step.week_end', 'parameter.step_due_soon_days') }} then 'due_soon'
        else 'open'
    end as state,
    step.days_overdue,
    step.delivery_id,
    step.row_no,
    step.week_end as as_of
from step
inner join {{ ref('int_village__week') }} as village
    on
        step.week_start = village.week_start
        and step.village_id = village.village_id
inner join {{ ref('int_calendar__parameter_week') }} as parameter on step.week_start = parameter.week_start
