{{ added_up('int_rectification__selection_week', one_if('is_listed and listings = 1')) }}
