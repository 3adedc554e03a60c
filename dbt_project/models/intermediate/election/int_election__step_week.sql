with reported as (
    {{ snapshot_by_week('stg_civil_affairs__election_steps') }}
),

-- what was done after the week's end was not yet done in it
step as (
    select
        reported.week_start,
        reported.week_end,
        village.village_id,
        definition.body,
        definition.step_code,
        definition.step_no,
        definition.phase_zh,
        definition.name_zh,
        definition.deadline,
        definition.legal_level,
        definition.offset_days,
        reported.planned_on,
        case when reported.done_on <= reported.week_end then reported.done_on end as done_on,
        reported.document_no,
        reported.delivery_id,
        reported.row_no
    from reported
    inner join {{ ref('int_village__week') }} as village
        on
            reported.week_start = village.week_start
            and reported.village_code = village.village_code
    inner join {{ ref('election_steps') }} as definition
        on
            reported.step_code = definition.step_code
            and reported.week_end >= definition.valid_from
            and (definition.valid_to is null or reported.week_end <= definition.valid_to)
),

election_day as (
    select
        week_start,
        village_id,
        body,
        coalesce(done_on, planned_on) as election_day
    from step
    where step_code in ('P16', 'C25')
),

dated as (
    select
        step.*,
        election_day.election_day,
        case
            when step.deadline = 'not_after' and election_day.election_day is not null
                then {{ engine_date_add_days('election_day.election_day', 'step.offset_days') }}
            else step.planned_on
        end as due_on
    from step
    left join election_day
        on
            step.week_start = election_day.week_start
            and step.village_id = election_day.village_id
            and step.body = election_day.body
)

select
    week_start,
    week_end,
    village_id,
    body,
    step_code,
    step_no,
    phase_zh,
    name_zh,
    deadline,
    legal_level,
    offset_days,
    planned_on,
    done_on,
    document_no,
    election_day,
    due_on,
    case
        when done_on is null and due_on < week_end then {{ engine_date_diff_days('due_on', 'week_end') }}
        else 0
    end as days_overdue,
    done_on is not null as is_done,
    due_on <= week_end as is_due,
    delivery_id,
    row_no
from dated
