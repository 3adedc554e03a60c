{{ added_up('int_rectification__record_week', 'quantity', 'planned', "is_newest_round and record_kind = 'presence'") }}
