with step as (
    {{ at_run_week('int_election__step_week') }}
)

select
    step.village_id,
    village.village_code,
    village.village_name,
    village.managing_unit_name,
    step.body,
    step.step_code,
    step.name_zh,
    step.due_on,
    {{ engine_date_diff_days('step.week_end', 'step.due_on') }} as days_left,
    step.planned_on,
    step.earliest_on,
    step.election_day,
    coalesce(step.deadline = 'not_after' and step.legal_level in ('statute', 'province', 'party'), false) as is_legal_date,
    step.legal_level,
    step.source,
    step.document_zh,
    step.delivery_id,
    step.row_no,
    step.week_end as as_of
from step
inner join {{ ref('int_village__week') }} as village
    on
        step.week_start = village.week_start
        and step.village_id = village.village_id
inner join {{ ref('int_calendar__parameter_week') }} as parameter on step.week_start = parameter.week_start
where
    not step.is_done
    and step.due_on > step.week_end
    and step.due_on <= {{ engine_date_add_days('step.week_end', 'parameter.calendar_ahead_days') }}
