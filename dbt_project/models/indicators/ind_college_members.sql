{{ team_indicator('college_members') }}
