-- The mean of the villages' rates: each counts once, whatever its size. The pooled rate is turnout_party_members.
{{ added_up(
    'int_election__ballot_week', rounded_ratio('attended', 'registered', decimals=2), '1',
    "body = 'party' and ballot_kind = 'first' and registered > 0"
) }}
