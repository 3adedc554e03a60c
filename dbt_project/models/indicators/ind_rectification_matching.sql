{{ added_up('int_rectification__match_week', one_if('is_sent'), '1') }}
