{{ added_up('int_rectification__problem_week', 'days_taken', '1', 'is_newest_round and is_closed') }}
