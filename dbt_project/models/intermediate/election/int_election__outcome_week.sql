with ballot as (
    select
        *,
        row_number() over (partition by week_start, village_id, body order by round_no desc) as newest_no,
        count(*) over (partition by week_start, village_id, body) as ballots,
        min(voted_on) over (partition by week_start, village_id, body) as first_voted_on
    from {{ ref('int_election__ballot_week') }}
)

select
    week_start,
    village_id,
    body,
    ballots,
    first_voted_on,
    voted_on as last_voted_on,
    case
        -- a by-round needs no majority of the registered, only a third of the ballots for each winner
        when elected < seats or (ballot_kind <> 'by_round' and not is_valid) then 'seats_open'
        when ballot_kind = 'first' and ballots = 1 then 'one_shot'
        when ballot_kind = 'first' then 'seats_open'
        else ballot_kind
    end as outcome
from ballot
where newest_no = 1
