{{ added_up('int_preparation__nominee_week', one_if("nominee_state = 'settled'"), '1', 'true') }}
