{{ added_up(
    'int_election__ballot_week', 'proxies', 'attended',
    "body = 'committee' and ballot_kind = 'first' and coalesce(election_mode, 'all_voters') = 'all_voters'"
) }}
