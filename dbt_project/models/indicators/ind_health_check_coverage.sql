{{ added_up('int_team__support_week', one_if('had_health_check'), '1', 'true') }}
