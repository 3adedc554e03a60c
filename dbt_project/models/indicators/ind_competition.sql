-- a body that has voted and whose nominees were named; who stands for two posts of one body is one nominee
with named as (
    select
        week_start,
        village_id,
        body,
        count(distinct person_id) as nominees
    from {{ ref('int_person__candidacy_week') }}
    group by week_start, village_id, body
),

figures as (
    select
        ballot.week_start,
        ballot.village_id,
        sum(named.nominees) as numerator,
        sum(ballot.seats) as denominator
    from {{ ref('int_election__ballot_week') }} as ballot
    inner join named
        on
            ballot.week_start = named.week_start
            and ballot.village_id = named.village_id
            and ballot.body = named.body
    where ballot.ballot_kind = 'first'
    group by ballot.week_start, ballot.village_id
)

{{ for_every_village('figures') }}
