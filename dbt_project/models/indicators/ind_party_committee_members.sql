{{ team_indicator('party_committee_members') }}
