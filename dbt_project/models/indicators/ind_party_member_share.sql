{{ team_indicator('party_member_share') }}
