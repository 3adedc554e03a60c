{{ added_up('int_petition__election_report_week', 'number', where="matter = 'report_direct' and terms_ago = 1") }}
