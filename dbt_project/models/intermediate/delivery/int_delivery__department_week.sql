-- what comes only when there is something was not promised for any week
with feed as (
    select
        week_start,
        department,
        count(every_days) as datasets,
        sum(case when every_days is not null and state = 'fresh' then 1 else 0 end) as datasets_on_time,
        sum(case when every_days is not null and state not in ('held', 'missing', 'partial') then 1 else 0 end) as datasets_complete
    from {{ ref('int_delivery__feed_week') }}
    group by week_start, department
),

-- a held delivery goes back whole
received as (
    select
        calendar.week_start,
        delivery.department,
        count(*) as deliveries,
        sum(case when delivery.verdict = 'held' then 1 else 0 end) as deliveries_held,
        sum(delivery.rows_read) as rows_read,
        sum(case when delivery.verdict = 'held' then delivery.rows_read else delivery.rows_quarantined end)
            as rows_returned
    from {{ ref('int_calendar__week') }} as calendar
    inner join {{ source('landing', 'delivery') }} as delivery
        on
            calendar.week_start <= delivery.delivered_at
            and calendar.week_end >= delivery.delivered_at
    where delivery.verdict <> 'duplicate'
    group by calendar.week_start, delivery.department
),

-- each line as the end of each week saw it
seen as (
    select
        calendar.week_start,
        calendar.week_end,
        parameter.mend_window_days,
        line.department,
        line.opened_on,
        line.closed_on,
        line.closed_by_delivery_id,
        line.closed_on is null or line.closed_on > calendar.week_end as is_open
    from {{ ref('int_calendar__week') }} as calendar
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on calendar.week_start = parameter.week_start
    inner join {{ source('landing', 'return_line') }} as line on calendar.week_end >= line.opened_on
),

judged as (
    select
        week_start,
        department,
        is_open,
        {{ engine_date_diff_days('opened_on', 'coalesce(closed_on, week_end)') }} as days_until_closed,
        {{ engine_date_diff_days('opened_on', 'week_end') }} as days_open,
        -- what a person closed by hand was not mended by the department
        not is_open
        and closed_by_delivery_id is not null
        and {{ engine_date_diff_days('closed_on', 'week_end') }} < mend_window_days as is_mended
    from seen
),

line as (
    select
        week_start,
        department,
        sum(case when is_open then 1 else 0 end) as open_lines,
        max(case when is_open then days_open end) as oldest_open_days,
        sum(case when is_mended then 1 else 0 end) as mended_lines,
        sum(case when is_mended then days_until_closed else 0 end) as mended_days
    from judged
    group by week_start, department
)

select
    feed.week_start,
    feed.department,
    feed.datasets,
    feed.datasets_on_time,
    feed.datasets_complete,
    coalesce(received.deliveries, 0) as deliveries,
    coalesce(received.deliveries_held, 0) as deliveries_held,
    coalesce(received.rows_read, 0) as rows_read,
    coalesce(received.rows_returned, 0) as rows_returned,
    coalesce(line.mended_lines, 0) as mended_lines,
    coalesce(line.mended_days, 0) as mended_days,
    coalesce(line.open_lines, 0) as open_lines,
    coalesce(line.oldest_open_days, 0) as oldest_open_days
from feed
left join received on feed.week_start = received.week_start and feed.department = received.department
left join line on feed.week_start = line.week_start and feed.department = line.department
