{{ team_indicator('chairs') }}
