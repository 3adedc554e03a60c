{{ team_indicator('incoming_share') }}
