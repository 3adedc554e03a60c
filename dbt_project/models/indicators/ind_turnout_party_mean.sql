-- The mean of the villages' rates: each counts once, whatever its size. The pooled rate is turnout_party_members.
with figures as (
    select
        week_start,
        village_id,
        {{ rounded_ratio('sum(attended)', 'sum(registered)', decimals=2) }} as numerator,
        1 as denominator
    from {{ ref('int_election__ballot_week') }}
    where body = 'party' and ballot_kind = 'first'
    group by week_start, village_id
    having sum(registered) > 0
)

{{ for_every_village('figures') }}
