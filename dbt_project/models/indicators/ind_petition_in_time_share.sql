{{ added_up(
    'int_petition__matter_week', one_if('not is_open and age_days <= limit_days'), '1', registered_this_year()
) }}
