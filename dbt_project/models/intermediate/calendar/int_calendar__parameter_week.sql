{%- set parameters = [
    'review_answer_days',
    'petition_limit_days',
    'petition_extended_limit_days',
    'step_due_soon_days',
    'feed_late_days',
    'mend_window_days',
    'rectification_shortlist_percent',
    'rectification_lookback_days',
    'calendar_ahead_days',
    'secretary_pay_floor',
    'staff_pay_floor',
    'promotion_years',
    'clean_weeks_to_step_down',
    'warning_lookback_days',
    'warning_extension_days',
    'raised_days_yellow',
    'raised_days_red',
] -%}

select
    calendar.week_start,
    {%- for parameter in parameters %}
    max(case when parameter.parameter_id = '{{ parameter }}' then parameter.value end) as {{ parameter }}{{ "," if not loop.last }}
    {%- endfor %}
from {{ ref('int_calendar__week') }} as calendar
inner join {{ ref('parameters') }} as parameter
    on
        calendar.week_end >= parameter.valid_from
        and (parameter.valid_to is null or calendar.week_end <= parameter.valid_to)
group by calendar.week_start
