-- measured: members of today's team who lack one of the two insurances in the newest year on record
{{ support_rule('not is_covered', '有在任成员最近年度未参加两险') }}
