{{ added_up('int_preparation__nominee_week', '1', '0', "nominee_state = 'intended'") }}
