{{ team_indicator('secretary_junior_college') }}
