-- measured: days left until the nearest open step with a date set by law or by the province
with pending as (
    select
        week_start,
        village_id,
        step_code,
        name_zh,
        due_on,
        {{ engine_date_diff_days('week_end', 'due_on') }} as days_left,
        delivery_id,
        row_no
    from {{ ref('int_election__step_week') }}
    where
        not is_done
        and deadline = 'not_after'
        and legal_level in ('statute', 'province')
        and due_on >= week_end
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
    '距期限' || cast(village_total.due_on as varchar) || '还有' || cast(nearest.days_left as varchar) || '天，尚未完成：'
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
