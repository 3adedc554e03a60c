{{ member_with('int_team__programme_week', "programme_item = 'mentor'", who='is_secretary') }}
