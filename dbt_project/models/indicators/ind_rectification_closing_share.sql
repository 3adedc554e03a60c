{{ added_up('int_rectification__problem_week', one_if('is_closed'), '1', 'is_newest_round and not is_withdrawn') }}
