{{ added_up('int_rectification__listing_week', '1', where="level = 'township'") }}
