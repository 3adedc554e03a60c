{{ added_up(
    'int_election__step_week', one_if('document_no is not null'), '1', 'document_zh is not null and is_due'
) }}
