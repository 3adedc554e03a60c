-- Of the townships that have reported: nought among them is said, silence is not.
{{ added_up('int_petition__election_report_week', 'number', '1', "matter = 'retired_visit' and terms_ago = 0") }}
