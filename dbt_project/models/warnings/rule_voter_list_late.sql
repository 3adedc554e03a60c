-- measured: days missing from the legal interval between publication of the voter list and election day; the first
-- day is not counted. A list that is not yet published can at best be published at the end of the week.
with voter_list as (
    select
        week_start,
        village_id,
        done_on,
        election_day,
        -offset_days as days_required,
        {{ engine_date_diff_days('coalesce(done_on, week_end)', 'election_day') }} as days_given,
        delivery_id,
        row_no
    from {{ ref('int_election__step_week') }}
    where
        step_code = 'C12'
        and election_day is not null
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(days_required - days_given as decimal(18, 2)) as measured,
    case
        when done_on is null
            then '选举日为' || {{ day_zh('election_day') }} || '，至本周末没有选民名单的公布记录'
        else
            '选民名单于' || {{ day_zh('done_on') }}
            || '公布，距选举日' || {{ day_zh('election_day') }} || '为'
            || cast(days_given as varchar) || '天'
    end || '，法定至少' || cast(days_required as varchar) || '天' as detail_zh,
    'civil_affairs' as department,
    'election_steps' as dataset,
    delivery_id,
    row_no
from voter_list
