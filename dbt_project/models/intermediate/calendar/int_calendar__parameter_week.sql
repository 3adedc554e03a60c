select
    calendar.week_start,
    max(case when parameter.parameter_id = 'review_answer_days' then parameter.value end) as review_answer_days,
    max(case when parameter.parameter_id = 'petition_limit_days' then parameter.value end) as petition_limit_days,
    max(case when parameter.parameter_id = 'petition_extended_limit_days' then parameter.value end)
        as petition_extended_limit_days,
    max(case when parameter.parameter_id = 'step_due_soon_days' then parameter.value end) as step_due_soon_days,
    max(case when parameter.parameter_id = 'feed_late_days' then parameter.value end) as feed_late_days,
    max(case when parameter.parameter_id = 'mend_window_days' then parameter.value end) as mend_window_days,
    max(case when parameter.parameter_id = 'rectification_shortlist_percent' then parameter.value end)
        as rectification_shortlist_percent,
    max(case when parameter.parameter_id = 'rectification_lookback_days' then parameter.value end)
        as rectification_lookback_days,
    max(case when parameter.parameter_id = 'calendar_ahead_days' then parameter.value end) as calendar_ahead_days
from {{ ref('int_calendar__week') }} as calendar
inner join {{ ref('parameters') }} as parameter
    on
        calendar.week_end >= parameter.valid_from
        and (parameter.valid_to is null or calendar.week_end <= parameter.valid_to)
group by calendar.week_start
