-- of each part of a snapshot the newest delivery that has it; a dataset without parts is one part (null)
with succession as (
    select
        accepted.delivery_id,
        accepted.department,
        accepted.dataset,
        accepted.delivered_at,
        delivery_part.part,
        lead(accepted.delivered_at) over (
            partition by accepted.department, accepted.dataset, delivery_part.part
            order by accepted.delivery_no
        ) as superseded_at
    from {{ ref('int_delivery__accepted') }} as accepted
    left join {{ source('landing', 'delivery_part') }} as delivery_part
        on accepted.delivery_id = delivery_part.delivery_id
)

select
    calendar.week_start,
    calendar.week_end,
    succession.department,
    succession.dataset,
    succession.part,
    succession.delivery_id,
    succession.delivered_at
from {{ ref('int_calendar__week') }} as calendar
inner join succession
    on
        calendar.week_end >= succession.delivered_at
        and (succession.superseded_at is null or calendar.week_end < succession.superseded_at)
