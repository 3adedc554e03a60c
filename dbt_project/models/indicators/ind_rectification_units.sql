{{ added_up('int_rectification__team_week', one_if('is_first_of_unit'), where='is_newest_round') }}
