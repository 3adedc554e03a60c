{{ team_indicator('female_share') }}
