{{ team_indicator('talent_source_members') }}
