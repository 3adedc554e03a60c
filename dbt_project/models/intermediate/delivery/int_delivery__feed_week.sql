with dataset_week as (
    select
        calendar.week_start,
        calendar.week_end,
        dataset.department,
        dataset.dataset,
        dataset.title_zh,
        dataset.owner_zh,
        dataset.every_days,
        -- a failed try is known for the week of the run only
        case when calendar.week_start = run.week then dataset.failure_zh end as failure_zh,
        calendar.week_start = run.week and coalesce(dataset.is_suspended, false) as is_suspended,
        parameter.feed_late_days
    from {{ ref('int_calendar__week') }} as calendar
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on calendar.week_start = parameter.week_start
    cross join {{ source('landing', 'dataset') }} as dataset
    cross join {{ source('landing', 'run') }} as run
),

-- every delivery, whatever its verdict, seen from each week it had arrived by; 1 is the newest
seen as (
    select
        dataset_week.week_start,
        delivery.*,
        row_number() over (
            partition by dataset_week.week_start, delivery.department, delivery.dataset
            order by delivery.delivered_at desc, delivery.landed_at desc, delivery.delivery_id desc
        ) as newest_no
    from dataset_week
    inner join {{ source('landing', 'delivery') }} as delivery
        on
            dataset_week.department = delivery.department
            and dataset_week.dataset = delivery.dataset
            and dataset_week.week_end >= delivery.delivered_at
),

-- the same file again says that the one in force is still true; what comes in parts is as good as its oldest part
confirmed as (
    select
        in_force.week_start,
        in_force.department,
        in_force.dataset,
        in_force.part,
        max(seen.delivered_at) as last_good_at
    from {{ ref('int_delivery__in_force_week') }} as in_force
    inner join seen
        on
            in_force.week_start = seen.week_start
            and in_force.department = seen.department
            and in_force.dataset = seen.dataset
            and (
                in_force.delivery_id = seen.delivery_id
                or (seen.verdict = 'duplicate' and in_force.delivery_id = seen.duplicate_of)
            )
    group by in_force.week_start, in_force.department, in_force.dataset, in_force.part
),

standing as (
    select
        week_start,
        department,
        dataset,
        min(last_good_at) as last_good_at
    from confirmed
    group by week_start, department, dataset
),

-- townships with villages of which a dataset that comes in parts has never had a table
lacking as (
    select
        expected.week_start,
        expected.department,
        expected.dataset,
        {{ engine_string_agg('expected.township_name', 'expected.township_name') }} as townships
    from (
        select distinct
            in_parts.week_start,
            in_parts.department,
            in_parts.dataset,
            township.part,
            township.township_name
        from confirmed as in_parts
        inner join {{ ref('int_delivery__township_week') }} as township on in_parts.week_start = township.week_start
        where in_parts.part is not null
    ) as expected
    left join confirmed
        on
            expected.week_start = confirmed.week_start
            and expected.department = confirmed.department
            and expected.dataset = confirmed.dataset
            and expected.part = confirmed.part
    where confirmed.part is null
    group by expected.week_start, expected.department, expected.dataset
),

-- a held delivery stands as that until one that was not held has what it had: its parts where these are known, else anything
held_part as (
    select
        held.week_start,
        held.department,
        held.dataset,
        held.newest_no,
        held_of.part
    from seen as held
    left join {{ source('landing', 'delivery_part') }} as held_of on held.delivery_id = held_of.delivery_id
    where held.verdict = 'held'
),

taken_part as (
    select
        taken.week_start,
        taken.department,
        taken.dataset,
        taken.newest_no,
        taken_of.part
    from seen as taken
    left join {{ source('landing', 'delivery_part') }} as taken_of on taken.delivery_id = taken_of.delivery_id
    where taken.verdict <> 'held'
),

open_hold as (
    select
        held_part.week_start,
        held_part.department,
        held_part.dataset,
        min(held_part.newest_no) as newest_no
    from held_part
    left join taken_part
        on
            held_part.week_start = taken_part.week_start
            and held_part.department = taken_part.department
            and held_part.dataset = taken_part.dataset
            and held_part.newest_no > taken_part.newest_no
            and (held_part.part is null or taken_part.part is null or held_part.part = taken_part.part)
    where taken_part.newest_no is null
    group by held_part.week_start, held_part.department, held_part.dataset
),

-- the newest that landed
newest_good as (
    select
        week_start,
        department,
        dataset,
        min(newest_no) as newest_no
    from seen
    where verdict = 'accepted'
    group by week_start, department, dataset
),

feed as (
    select
        dataset_week.*,
        good.delivery_id,
        good.delivered_at,
        standing.last_good_at,
        {{ engine_date_diff_days('standing.last_good_at', 'dataset_week.week_end') }} as age_days,
        lacking.townships as townships_lacking,
        held.delivery_id is not null as is_held,
        held.reasons_zh as held_reasons_zh,
        newest.delivered_at >= dataset_week.week_start as came_this_week,
        newest.rows_read,
        newest.rows_landed,
        newest.rows_quarantined,
        newest.values_redacted
    from dataset_week
    left join standing
        on
            dataset_week.week_start = standing.week_start
            and dataset_week.department = standing.department
            and dataset_week.dataset = standing.dataset
    left join lacking
        on
            dataset_week.week_start = lacking.week_start
            and dataset_week.department = lacking.department
            and dataset_week.dataset = lacking.dataset
    left join newest_good
        on
            dataset_week.week_start = newest_good.week_start
            and dataset_week.department = newest_good.department
            and dataset_week.dataset = newest_good.dataset
    left join seen as good
        on
            newest_good.week_start = good.week_start
            and newest_good.department = good.department
            and newest_good.dataset = good.dataset
            and newest_good.newest_no = good.newest_no
    left join open_hold
        on
            dataset_week.week_start = open_hold.week_start
            and dataset_week.department = open_hold.department
            and dataset_week.dataset = open_hold.dataset
    left join seen as held
        on
            open_hold.week_start = held.week_start
            and open_hold.department = held.department
            and open_hold.dataset = held.dataset
            and open_hold.newest_no = held.newest_no
    left join seen as newest
        on
            dataset_week.week_start = newest.week_start
            and dataset_week.department = newest.department
            and dataset_week.dataset = newest.dataset
            and newest.newest_no = 1
),

judged as (
    select
        *,
        case
            when is_suspended then 'suspended'
            when is_held then 'held'
            when townships_lacking is not null then 'partial'
            -- comes only when there is something: nothing can be late or missing
            when every_days is null then 'fresh'
            when last_good_at is null then 'missing'
            when age_days <= every_days then 'fresh'
            when age_days <= feed_late_days then 'late'
            else 'stale'
        end as state
    from feed
)

select
    week_start,
    department,
    dataset,
    title_zh,
    owner_zh,
    every_days,
    delivery_id,
    delivered_at,
    last_good_at,
    age_days,
    state,
    case
        when failure_zh is not null then failure_zh
        when state = 'held' then held_reasons_zh
        when state = 'partial' then '缺少' || townships_lacking || '的表'
        when state = 'missing' then '从未收到可用数据'
        when state = 'fresh' then cast(null as varchar)
        else
            '最近一次可用数据为' || {{ day_zh('last_good_at') }} || '，至周末已' || cast(age_days as varchar) || '天'
    end as reason_zh,
    case when came_this_week then rows_read else 0 end as read,
    case when came_this_week then rows_landed else 0 end as landed,
    case when came_this_week then rows_quarantined else 0 end as quarantined,
    case when came_this_week then values_redacted else 0 end as redacted
from judged
