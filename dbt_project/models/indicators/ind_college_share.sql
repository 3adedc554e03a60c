{{ team_indicator('college_share') }}
