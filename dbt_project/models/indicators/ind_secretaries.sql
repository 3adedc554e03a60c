{{ team_indicator('secretaries') }}
