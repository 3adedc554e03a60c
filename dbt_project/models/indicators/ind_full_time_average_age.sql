{{ team_indicator('full_time_average_age') }}
