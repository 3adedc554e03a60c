{{ team_indicator('secretary_female_share') }}
