{{ team_indicator('secretary_postgraduates') }}
