{{ team_indicator('sent_secretaries') }}
