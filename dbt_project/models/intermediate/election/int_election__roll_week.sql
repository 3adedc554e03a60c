-- Members entitled to attend: all, less those without a vote, less those that the higher party organisation has approved to
-- be left out. An exclusion without its document of approval stays in.
with reported as (
    {{ snapshot_by_week('stg_organisation__party_rolls') }}
),

classed as (
    select
        reported.week_start,
        reported.week_end,
        village.village_id,
        reported.members,
        case
            when reported.roll_class = 'all' then 'all'
            when reported.roll_class in ('probationary', 'on_probation', 'suspended') then 'no_vote'
            when reported.approval_no is not null then 'left_out'
            else 'unapproved'
        end as part,
        reported.delivery_id,
        reported.row_no
    from reported
    {{ in_listed_village('reported') }}
)

select
    week_start,
    week_end,
    village_id,
    sum(case when part = 'all' then members else 0 end) as members,
    sum(case when part = 'no_vote' then members else 0 end) as no_vote,
    sum(case when part = 'left_out' then members else 0 end) as left_out,
    sum(case when part = 'unapproved' then members else 0 end) as unapproved,
    sum(case part when 'all' then members when 'unapproved' then 0 else -members end) as entitled,
    max(delivery_id) as delivery_id,
    max(case when part = 'all' then row_no end) as row_no
from classed
group by week_start, week_end, village_id
having max(case when part = 'all' then 1 else 0 end) = 1
