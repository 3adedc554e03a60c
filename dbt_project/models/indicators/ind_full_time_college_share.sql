{{ team_indicator('full_time_college_share') }}
