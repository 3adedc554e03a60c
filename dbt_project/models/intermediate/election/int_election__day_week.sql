-- The day that decides which rules an election follows: the day of the vote step once done, else its planned day; where a
-- village reports no vote step, the day of its first ballot.
with reported as (
    {{ snapshot_by_week('stg_civil_affairs__election_steps') }}
),

vote_step as (
    select
        reported.week_start,
        village.village_id,
        {{ body_of_step('reported.step_code') }} as body,
        case when reported.done_on <= reported.week_end then reported.done_on else reported.planned_on end as election_day
    from reported
    {{ in_listed_village('reported') }}
    where reported.step_code in {{ vote_steps() }}
),

first_ballot as (
    select
        week_start,
        village_id,
        body,
        min(voted_on) as election_day
    from {{ ref('int_election__ballot_week') }}
    group by week_start, village_id, body
)

select
    coalesce(vote_step.week_start, first_ballot.week_start) as week_start,
    coalesce(vote_step.village_id, first_ballot.village_id) as village_id,
    coalesce(vote_step.body, first_ballot.body) as body,
    coalesce(vote_step.election_day, first_ballot.election_day) as election_day
from vote_step
full outer join first_ballot
    on
        vote_step.week_start = first_ballot.week_start
        and vote_step.village_id = first_ballot.village_id
        and vote_step.body = first_ballot.body
