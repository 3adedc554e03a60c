with succession as (
    select
        delivery_id,
        department,
        dataset,
        delivered_at,
        lead(delivered_at) over (partition by department, dataset order by delivery_no) as superseded_at
    from {{ ref('int_delivery__accepted') }}
)

select
    calendar.week_start,
    calendar.week_end,
    succession.department,
    succession.dataset,
    succession.delivery_id,
    succession.delivered_at
from {{ ref('int_calendar__week') }} as calendar
inner join succession
    on
        calendar.week_end >= succession.delivered_at
        and (succession.superseded_at is null or calendar.week_end < succession.superseded_at)
