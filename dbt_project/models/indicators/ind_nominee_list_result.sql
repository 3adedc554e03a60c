with first_ballot as (
    select distinct
        week_start,
        village_id,
        body
    from {{ ref('int_election__ballot_week') }}
    where ballot_kind = 'first'
),

-- whose post has been voted: the ballot of its body was held, or the roster gives a result
figures as (
    select
        candidacy.week_start,
        candidacy.village_id,
        sum(case when candidacy.candidate_status = 'elected' then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('int_person__candidacy_week') }} as candidacy
    left join first_ballot
        on
            candidacy.week_start = first_ballot.week_start
            and candidacy.village_id = first_ballot.village_id
            and candidacy.body = first_ballot.body
    where
        candidacy.is_on_nominee_list
        and (first_ballot.body is not null or candidacy.candidate_status in ('elected', 'not_elected'))
    group by candidacy.week_start, candidacy.village_id
)

{{ for_every_village('figures') }}
