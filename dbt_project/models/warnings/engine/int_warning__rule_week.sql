select
    calendar.week_start,
    calendar.week_end,
    rule.rule_id,
    rule.yellow_operator,
    rule.yellow_threshold,
    rule.red_operator,
    rule.red_threshold,
    rule.owner_type,
    rule.days_to_act_yellow,
    rule.days_to_act_red,
    rule.restricted
from {{ ref('int_calendar__week') }} as calendar
inner join {{ ref('warning_rules') }} as rule
    on
        calendar.week_end >= rule.valid_from
        and (rule.valid_to is null or calendar.week_end <= rule.valid_to)
where rule.is_on
