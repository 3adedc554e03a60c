with ballot as (
    {{ events_by_week('stg_civil_affairs__ballots', ['village_code', 'body', 'round_no']) }}
),

-- an election is one of the village that held it: what that village became later has its own
placed as (
    select
        ballot.*,
        place.village_id,
        village.village_type,
        row_number() over (
            partition by ballot.week_start, place.village_id, ballot.body, ballot.round_no
            order by ballot.delivered_at desc, ballot.delivery_id desc, ballot.row_no desc
        ) as newest_no
    from ballot
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('ballot', 'voted_on') }}
    left join {{ ref('int_village__week') }} as village
        on
            place.week_start = village.week_start
            and place.village_id = village.village_id
    where place.village_id = place.happened_in_id
),

-- the rules of the day of the ballot: turnout (none for a by-round) and the count of the ballots
ruled as (
    select
        placed.*,
        rule.test_code,
        case rule.test_code
            when 'T1' then {{ meets_share('placed.attended', 'placed.registered', 'rule') }}
            else {{ meets_share(
                'placed.collected',
                "case rule.base when 'attended' then placed.attended else placed.issued end",
                'rule'
            ) }}
        end as is_met,
        row_number() over (
            partition by placed.week_start, placed.village_id, placed.body, placed.round_no, rule.test_code
            order by {{ nearest_rule_first('rule') }}
        ) as nearest_no
    from placed
    left join {{ ref('ballot_tests') }} as rule
        on
            rule.test_code in ('T1', 'T2')
            and {{ tests_ballot('rule', 'placed') }}
    where placed.newest_no = 1
)

select
    week_start,
    week_end,
    village_id,
    village_code,
    village_type,
    body,
    round_no,
    ballot_kind,
    voted_on,
    registered,
    attended,
    proxies,
    issued,
    collected,
    valid,
    seats,
    elected,
    election_mode,
    box_votes,
    total_votes,
    lowest_elected_votes,
    smallest_margin,
    kin_pairs,
    -- a first ballot or re-run without a rule of its day cannot be called valid
    min(case when is_met then 1 else 0 end) = 1
    and (ballot_kind = 'by_round' or max(case when test_code = 'T1' then 1 else 0 end) = 1) as is_valid,
    delivery_id,
    row_no
from ruled
where nearest_no = 1
group by
    week_start, week_end, village_id, village_code, village_type, body, round_no, ballot_kind, voted_on, registered, attended, proxies,
    issued, collected, valid, seats, elected, election_mode, box_votes, total_votes, lowest_elected_votes,
    smallest_margin, kin_pairs, delivery_id, row_no
