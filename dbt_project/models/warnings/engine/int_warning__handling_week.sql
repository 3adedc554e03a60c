-- How far the handling of a warning has come in each week: what its last answer that counts says. A warning nobody has
-- answered has no row.
with counted as (
    select
        *,
        max(step_no) over (partition by week_start, warning_id) as last_no,
        max(case when step in {{ handling_steps() }} then step_no end) over (partition by week_start, warning_id) as handled_no,
        max(case when moves_deadline then step_no end) over (partition by week_start, warning_id) as extended_no
    from {{ ref('int_warning__step_week') }}
    where outcome = 'counts'
),

latest as (
    select
        week_start,
        week_end,
        warning_id,
        max(case when step_no = last_no then step end) as last_step,
        max(case when step_no = last_no then stepped_on end) as handling_since,
        max(case when step_no = handled_no then handler_code end) as handler_code,
        max(case when step_no = handled_no then measure_zh end) as measure_zh,
        max(case when step_no = handled_no then promised_on end) as promised_on,
        max(case when step_no = extended_no then promised_on end) as extended_to,
        max(case when step = 'check_passed' then stepped_on end) as passed_on,
        max(case when step = 'confirmed' then 1 else 0 end) = 1 as is_confirmed,
        max(case when step = 'unfounded' then 1 else 0 end) = 1 as is_answered_unfounded
    from counted
    group by week_start, week_end, warning_id
),

closed as (
    select
        latest.*,
        latest.last_step in ('check_passed', 'look_back_stable') as is_closed,
        {{ engine_date_add_days('latest.passed_on', 'parameter.warning_lookback_days') }} as look_back_due_on
    from latest
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on latest.week_start = parameter.week_start
)

select
    week_start,
    warning_id,
    case last_step
        when 'extend' then 'extended'
        when 'ask_closing' then 'close_requested'
        when 'unfounded' then 'unfounded'
        when 'check_failed' then 'returned'
        when 'check_passed' then case when look_back_due_on <= week_end then 'look_back_due' else 'closed' end
        when 'look_back_stable' then 'archived'
        when 'look_back_relapsed' then 'relapsed'
        else 'in_hand'
    end as handling,
    handling_since,
    handler_code,
    measure_zh,
    promised_on,
    extended_to,
    is_closed,
    case when is_closed then passed_on end as closed_on,
    case when last_step = 'check_passed' then look_back_due_on end as look_back_due_on,
    is_confirmed,
    is_answered_unfounded
from closed
