-- measured: days by which the longest overdue problem is behind its date
{{ problem_rule(
    'max(' ~ engine_date_diff_days('due_on', 'week_end') ~ ')',
    'is_overdue',
    "'整顿问题超过办结时限未销号，最长超期' || cast(measured as varchar) || '天'"
) }}
