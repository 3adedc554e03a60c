{{ team_indicator('average_age') }}
