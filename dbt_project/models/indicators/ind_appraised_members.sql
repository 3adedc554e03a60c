{{ added_up('int_team__official_week', one_if('is_appraised')) }}
