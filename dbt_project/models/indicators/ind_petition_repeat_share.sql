{{ added_up('int_petition__matter_week', one_if('is_repeat'), '1', registered_this_year()) }}
