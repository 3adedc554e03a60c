{{ added_up('int_election__step_week', one_if('is_done'), '1') }}
