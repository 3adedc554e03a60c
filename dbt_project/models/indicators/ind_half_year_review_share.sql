{{ member_with(
    'int_team__appraisal_week',
    "appraisal_kind = 'half_year_secretary' and " ~ engine_date_add_months('held_on', '6') ~ ' > week_end',
    who='is_secretary'
) }}
