-- measured: days by which the handover came, or is by the end of the week, after its legal limit; only once the vote
-- has taken place
with vote as (
    select
        week_start,
        village_id,
        done_on as voted_on
    from {{ ref('int_election__step_week') }}
    where
        step_code = 'C25'
        and is_done
),

handover as (
    select
        step.week_start,
        step.village_id,
        step.done_on,
        vote.voted_on,
        step.offset_days as days_allowed,
        {{ engine_date_diff_days('vote.voted_on', 'coalesce(step.done_on, step.week_end)') }} as days_taken,
        step.delivery_id,
        step.row_no
    from {{ ref('int_election__step_week') }} as step
    inner join vote
        on
            step.week_start = vote.week_start
            and step.village_id = vote.village_id
    where step.step_code = 'C29'
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(days_taken - days_allowed as decimal(18, 2)) as measured,
    '选举日为' || {{ day_zh('voted_on') }} || '，'
    || case
        when done_on is null then '至本周末仍未移交，已' || cast(days_taken as varchar) || '天'
        else '于' || {{ day_zh('done_on') }} || '移交，用时' || cast(days_taken as varchar) || '天'
    end || '，法定' || cast(days_allowed as varchar) || '天内' as detail_zh,
    'civil_affairs' as department,
    'election_steps' as dataset,
    delivery_id,
    row_no
from handover
