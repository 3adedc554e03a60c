-- measured: days by which the oldest open matter is beyond its time limit (60 days, 90 when extended: the limit comes
-- with the matter)
{{ petition_rule(
    'max(matter.age_days - matter.limit_days)',
    'matter.is_overdue',
    "'信访事项超过办理期限未办结，最长超期' || " ~ weeks_zh('measured')
) }}
