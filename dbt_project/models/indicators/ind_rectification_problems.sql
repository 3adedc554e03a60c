{{ added_up('int_rectification__problem_week', '1', where='is_newest_round and not is_withdrawn') }}
