-- measured: days by which the longest overdue step of the village is behind its due date. A file of Friday cannot know
-- of a step that was due on Saturday: only steps due before the newest good delivery are judged.
with late as (
    select
        step.week_start,
        step.village_id,
        step.step_code,
        step.name_zh,
        step.days_overdue,
        step.delivery_id,
        step.row_no
    from {{ ref('int_election__step_week') }} as step
    inner join {{ ref('int_delivery__feed_week') }} as feed
        on
            step.week_start = feed.week_start
            and feed.department = 'civil_affairs'
            and feed.dataset = 'election_steps'
            and step.due_on < feed.last_good_at
    where
        not step.is_done
        and step.days_overdue > 0
),

village_total as (
    select
        week_start,
        village_id,
        count(*) as steps,
        max(days_overdue) as worst,
        {{ engine_string_agg("name_zh || '（逾期' || cast(days_overdue as varchar) || '天）'", 'step_code') }} as steps_zh
    from late
    group by week_start, village_id
)

select
    late.week_start,
    'village' as subject_type,
    late.village_id as subject_id,
    late.village_id,
    cast(village_total.worst as decimal(18, 2)) as measured,
    '有' || cast(village_total.steps as varchar) || '个步骤逾期未完成：' || village_total.steps_zh as detail_zh,
    'civil_affairs' as department,
    'election_steps' as dataset,
    late.delivery_id,
    late.row_no
from late
inner join village_total
    on
        late.week_start = village_total.week_start
        and late.village_id = village_total.village_id
