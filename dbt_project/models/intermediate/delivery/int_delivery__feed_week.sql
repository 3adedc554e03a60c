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

-- the same file again says that the one in force is still true
confirmed as (
    select
        in_force.week_start,
        in_force.department,
        in_force.dataset,
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
    group by in_force.week_start, in_force.department, in_force.dataset
),

feed as (
    select
        dataset_week.*,
        in_force.delivery_id,
        in_force.delivered_at,
        confirmed.last_good_at,
        {{ engine_date_diff_days('confirmed.last_good_at', 'dataset_week.week_end') }} as age_days,
        newest.verdict as newest_verdict,
        newest.reasons_zh as newest_reasons_zh,
        newest.delivered_at >= dataset_week.week_start as came_this_week,
        newest.rows_read,
        newest.rows_landed,
        newest.rows_quarantined,
        newest.values_redacted
    from dataset_week
    left join {{ ref('int_delivery__in_force_week') }} as in_force
        on
            dataset_week.week_start = in_force.week_start
            and dataset_week.department = in_force.department
            and dataset_week.dataset = in_force.dataset
    left join confirmed
        on
            dataset_week.week_start = confirmed.week_start
            and dataset_week.department = confirmed.department
            and dataset_week.dataset = confirmed.dataset
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
            when newest_verdict = 'held' then 'held'
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
        when state = 'held' then newest_reasons_zh
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
