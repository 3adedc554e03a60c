with reported as (
    {{ snapshot_by_week('stg_civil_affairs__election_steps') }}
),

-- what was done after the week's end was not yet done in it; an old election keeps the steps of its day
step as (
    select
        reported.week_start,
        reported.week_end,
        village.village_id,
        village.village_code,
        definition.body,
        definition.step_code,
        definition.step_no,
        definition.phase_zh,
        definition.name_zh,
        definition.legal_level,
        definition.offset_days,
        definition.document_zh,
        definition.source,
        reported.planned_on,
        case when reported.done_on <= reported.week_end then reported.done_on end as done_on,
        reported.document_no,
        election.election_day,
        reported.delivery_id,
        reported.row_no
    from reported
    {{ in_listed_village('reported') }}
    left join {{ ref('int_election__day_week') }} as election
        on
            village.week_start = election.week_start
            and village.village_id = election.village_id
            and {{ body_of_step('reported.step_code') }} = election.body
    inner join {{ ref('election_steps') }} as definition
        on
            reported.step_code = definition.step_code
            and coalesce(election.election_day, reported.planned_on) >= definition.valid_from
            and (
                definition.valid_to is null
                or coalesce(election.election_day, reported.planned_on) <= definition.valid_to
            )
),

-- one limit a step: that of the narrowest jurisdiction on the election day
limited as (
    select
        step.week_start,
        step.village_id,
        step.step_code,
        step.election_day,
        deadline.anchor,
        deadline.offset_days,
        deadline.day_kind,
        deadline.direction,
        deadline.legal_level,
        deadline.source,
        row_number() over (
            partition by step.week_start, step.village_id, step.step_code
            order by {{ nearest_rule_first('deadline') }}
        ) as nearest_no
    from step
    inner join {{ ref('step_deadlines') }} as deadline
        on
            step.step_code = deadline.step_code
            and step.election_day is not null
            and {{ applies_in('deadline', 'step.village_code', 'step.election_day') }}
),

-- counted from the election day or from another step (the day it was done, else planned); that day itself does not count
counted as (
    select
        limited.*,
        case
            when limited.anchor = 'election_day' then limited.election_day
            else coalesce(anchor_step.done_on, anchor_step.planned_on)
        end as anchored_on
    from limited
    left join step as anchor_step
        on
            limited.week_start = anchor_step.week_start
            and limited.village_id = anchor_step.village_id
            and limited.anchor = anchor_step.step_code
    where limited.nearest_no = 1
),

working_limit as (
    select
        counted.week_start,
        counted.village_id,
        counted.step_code,
        min(until.day) as limit_on
    from counted
    inner join {{ ref('int_calendar__day') }} as since on counted.anchored_on = since.day
    inner join {{ ref('int_calendar__day') }} as until on since.working_day_no + counted.offset_days = until.working_day_no
    where counted.day_kind = 'working'
    group by counted.week_start, counted.village_id, counted.step_code
),

dated as (
    select
        step.week_start,
        step.week_end,
        step.village_id,
        step.body,
        step.step_code,
        step.step_no,
        step.phase_zh,
        step.name_zh,
        counted.direction as deadline,
        coalesce(counted.legal_level, step.legal_level) as legal_level,
        coalesce(counted.offset_days, step.offset_days) as offset_days,
        coalesce(counted.source, step.source) as source,
        step.document_zh,
        step.planned_on,
        step.done_on,
        step.document_no,
        step.election_day,
        case counted.day_kind
            when 'calendar' then {{ engine_date_add_days('counted.anchored_on', 'counted.offset_days') }}
            when 'working' then working_limit.limit_on
        end as limit_on,
        step.delivery_id,
        step.row_no
    from step
    left join counted
        on
            step.week_start = counted.week_start
            and step.village_id = counted.village_id
            and step.step_code = counted.step_code
    left join working_limit
        on
            step.week_start = working_limit.week_start
            and step.village_id = working_limit.village_id
            and step.step_code = working_limit.step_code
),

due as (
    select
        *,
        case when deadline = 'not_after' then coalesce(limit_on, planned_on) else planned_on end as due_on
    from dated
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
    source,
    document_zh,
    planned_on,
    done_on,
    document_no,
    election_day,
    due_on,
    case when deadline = 'not_before' then limit_on end as earliest_on,
    case
        when done_on is null and due_on < week_end then {{ engine_date_diff_days('due_on', 'week_end') }}
        else 0
    end as days_overdue,
    done_on is not null as is_done,
    due_on <= week_end as is_due,
    delivery_id,
    row_no
from due
