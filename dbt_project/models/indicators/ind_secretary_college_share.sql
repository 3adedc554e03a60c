{{ team_indicator('secretary_college_share') }}
