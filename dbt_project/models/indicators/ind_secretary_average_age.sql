{{ team_indicator('secretary_average_age') }}
