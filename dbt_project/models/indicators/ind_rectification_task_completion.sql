{{ added_up('int_rectification__task_week', one_if('is_done'), '1', 'is_newest_round') }}
