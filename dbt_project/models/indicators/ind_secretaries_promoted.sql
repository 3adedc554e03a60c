{{ added_up('int_team__promotion_week', '1', '0', 'is_recent') }}
