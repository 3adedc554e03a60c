with ballot as (
    {{ events_by_week('stg_civil_affairs__ballots', ['village_code', 'body', 'round_no']) }}
),

-- an election is one of the village that held it: what that village became later has its own
placed as (
    select
        ballot.*,
        place.village_id,
        row_number() over (
            partition by ballot.week_start, place.village_id, ballot.body, ballot.round_no
            order by ballot.delivered_at desc, ballot.delivery_id desc, ballot.row_no desc
        ) as newest_no
    from ballot
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('ballot', 'voted_on') }}
    where place.village_id = place.happened_in_id
)

select
    ballot.week_start,
    ballot.week_end,
    ballot.village_id,
    ballot.body,
    ballot.round_no,
    ballot.ballot_kind,
    ballot.voted_on,
    ballot.registered,
    ballot.attended,
    ballot.proxies,
    ballot.issued,
    ballot.collected,
    ballot.valid,
    ballot.seats,
    ballot.elected,
    -- more than half of the registered voters, or four fifths of the members entitled to attend; counted ballots add up
    case
        when ballot.body = 'committee' then ballot.attended * 2 > ballot.registered
        else ballot.attended * 5 >= ballot.registered * 4
    end
    and ballot.collected <= ballot.issued as is_valid,
    ballot.delivery_id,
    ballot.row_no
from placed as ballot
where ballot.newest_no = 1
