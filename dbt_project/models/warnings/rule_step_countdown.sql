-- measured: days left until the nearest open step with a date set by law or by the province that is not going to plan:
-- its planned date has passed, or lies behind the date of the law. A village on plan has nothing to worry about.
with pending as (
    select
        step.week_start,
        step.village_id,
        step.step_code,
        step.name_zh,
        step.due_on,
        {{ engine_date_diff_days('step.week_end', 'step.due_on') }} as days_left,
        step.delivery_id,
        step.row_no
    from {{ ref('int_election__step_week') }} as step
    inner join {{ ref('int_delivery__feed_week') }} as feed
        on
            step.week_start = feed.week_start
            and feed.department = 'civil_affairs'
            and feed.dataset = 'election_steps'
            and (step.planned_on < feed.last_good_at or step.planned_on > step.due_on)
    where
        not step.is_done
        and step.deadline = 'not_after'
        and step.legal_level in ('statute', 'province')
        and step.due_on >= step.week_end
),

nearest as (
    select
        *,
        min(days_left) over (partition by week_start, village_id) as fewest_days
    from pending
),

village_total as (
    select
        week_start,
        village_id,
        max(days_left) as days_left,
        max(due_on) as due_on,
        {{ engine_string_agg('name_zh', 'step_code') }} as steps_zh
    from nearest
    where days_left = fewest_days
    group by week_start, village_id
)

select
    nearest.week_start,
    'village' as subject_type,
    nearest.village_id as subject_id,
    nearest.village_id,
    cast(nearest.days_left as decimal(18, 2)) as measured,
    '距期限' || {{ day_zh('village_total.due_on') }} || '还有' || cast(nearest.days_left as varchar) || '天，尚未完成：'
    || village_total.steps_zh as detail_zh,
    'civil_affairs' as department,
    'election_steps' as dataset,
    nearest.delivery_id,
    nearest.row_no
from nearest
inner join village_total
    on
        nearest.week_start = village_total.week_start
        and nearest.village_id = village_total.village_id
        and nearest.days_left = village_total.days_left
