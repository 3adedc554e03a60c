-- measured: members that the first ballot left out of those entitled to attend although no approval covers it
with compared as (
    select
        ballot.week_start,
        ballot.village_id,
        ballot.registered,
        roll.entitled,
        roll.unapproved,
        roll.delivery_id,
        roll.row_no
    from {{ ref('int_election__ballot_week') }} as ballot
    inner join {{ ref('int_election__roll_week') }} as roll
        on
            ballot.week_start = roll.week_start
            and ballot.village_id = roll.village_id
    where
        ballot.body = 'party'
        and ballot.ballot_kind = 'first'
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(entitled - registered as decimal(18, 2)) as measured,
    '投票报告应到会' || cast(registered as varchar) || '人，按核定表应为' || cast(entitled as varchar)
    || '人（未见批准文号而扣除的' || cast(unapproved as varchar) || '人不得扣除）' as detail_zh,
    'organisation' as department,
    'party_rolls' as dataset,
    delivery_id,
    row_no
from compared
