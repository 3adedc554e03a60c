{{ added_up('int_team__member_week', one_if("is_leaving and left_reason = 'age'"), where='terms_ago = 1') }}
