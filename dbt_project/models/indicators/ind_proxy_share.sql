with figures as (
    select
        week_start,
        village_id,
        sum(proxies) as numerator,
        sum(attended) as denominator
    from {{ ref('int_election__ballot_week') }}
    where body = 'committee' and ballot_kind = 'first'
    group by week_start, village_id
)

{{ for_every_village('figures') }}
