{{ added_up('int_preparation__visit_week', one_if('is_in_time'), '1', 'is_due') }}
