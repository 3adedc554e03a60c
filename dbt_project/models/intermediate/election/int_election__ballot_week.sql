with ballot as (
    {{ events_by_week('stg_civil_affairs__ballots', ['village_code', 'body', 'round_no']) }}
)

select
    ballot.week_start,
    ballot.week_end,
    village.village_id,
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
from ballot
inner join {{ ref('int_village__week') }} as village
    on
        ballot.week_start = village.week_start
        and ballot.village_code = village.village_code
