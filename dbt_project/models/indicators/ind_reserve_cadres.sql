{{ added_up('int_team__reserve_week', '1', '0', 'true') }}
