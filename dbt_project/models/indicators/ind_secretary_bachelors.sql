{{ team_indicator('secretary_bachelors') }}
