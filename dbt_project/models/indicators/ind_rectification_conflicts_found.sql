{{ added_up('int_rectification__record_week', 'quantity', where="is_newest_round and record_kind = 'conflicts_found'") }}
