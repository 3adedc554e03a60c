{{ added_up('int_rectification__problem_week', one_if('is_closed_in_time'), '1', 'is_newest_round and is_due') }}
