{{ added_up('int_petition__matter_week', '1', where=registered_this_year()) }}
