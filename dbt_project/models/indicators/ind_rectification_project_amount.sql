{{ added_up('int_rectification__record_week', 'amount', where="is_newest_round and record_kind = 'project'") }}
