{{ added_up('int_rectification__task_week', '1', where='is_newest_round') }}
