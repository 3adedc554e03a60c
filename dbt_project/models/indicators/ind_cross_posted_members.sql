{{ team_indicator('cross_posted_members') }}
