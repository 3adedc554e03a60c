{{ added_up('int_team__appraisal_week', one_if('is_not_listed'), '1', "appraisal_kind = 'duty'") }}
