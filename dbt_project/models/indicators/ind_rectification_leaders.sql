{{ added_up('int_rectification__team_week', 'persons', where="is_newest_round and team_role = 'county_leader'") }}
