-- measured: problems said to be closed without a second person; they count as open
{{ problem_rule(
    'count(*)',
    'is_closed_alone',
    "cast(measured as varchar) || '个整顿问题未经承办人以外的第二人核查即报销号，仍按未销号计'"
) }}
