{{ added_up('int_team__support_week', one_if('is_covered'), '1', 'true') }}
