{{ team_indicator('full_time_members') }}
