{{ added_up('int_team__support_week', one_if('is_paid_the_floor'), '1', 'is_secretary') }}
