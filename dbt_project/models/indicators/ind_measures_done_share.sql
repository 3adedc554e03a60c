{{ added_up('int_preparation__work_week', one_if('is_done'), '1', "work_kind = 'measure'") }}
