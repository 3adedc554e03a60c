{{ added_up('int_preparation__work_week', 'issues_closed', 'issues_found', "work_kind = 'cleanup'") }}
