{{ team_indicator('village_committee_members') }}
