{{ member_with('int_team__appraisal_week', "appraisal_kind = 'duty'") }}
