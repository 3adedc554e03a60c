-- measured: closed problems that came back and are not closed again
{{ problem_rule(
    'count(*)',
    'is_relapse_open',
    "cast(measured as varchar) || '个已销号的整顿问题返潮，尚未再次销号'"
) }}
