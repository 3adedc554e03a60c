{{ team_indicator('sent_secretary_share') }}
