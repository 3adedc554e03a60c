{{ added_up('int_rectification__rhythm_week', one_if('is_kept'), '1') }}
