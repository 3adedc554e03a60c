{{ team_indicator('incoming_members') }}
