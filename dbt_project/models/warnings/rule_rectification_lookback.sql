-- measured: days by which the look-back on a closed problem is overdue
{{ problem_rule(
    'max(' ~ engine_date_diff_days('lookback_due_on', 'week_end') ~ ')',
    'is_lookback_overdue',
    "'整顿问题销号后到期未回头看，最长超期' || cast(measured as varchar) || '天'"
) }}
