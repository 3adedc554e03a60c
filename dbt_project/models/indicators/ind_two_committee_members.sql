{{ team_indicator('two_committee_members') }}
