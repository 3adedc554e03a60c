{{ added_up('int_team__member_week', one_if("is_leaving and left_reason = 'age'"), '1', 'terms_ago = 1 and has_last_term') }}
