with promoted as (
    {{ snapshot_by_week('stg_organisation__promotions') }}
),

linked as (
    {{ linked_rows('promoted', 'organisation', 'promotions', 'promoted_on') }}
)

select
    linked.week_start,
    linked.person_id,
    linked.village_id,
    linked.promotion_kind,
    linked.promoted_on,
    -- the years that end with the week, counted from the day after
    {{ engine_date_add_months('linked.promoted_on', 'parameter.promotion_years * 12') }} > linked.week_end as is_recent,
    linked.delivery_id,
    linked.row_no
from linked
inner join {{ ref('int_calendar__parameter_week') }} as parameter on linked.week_start = parameter.week_start
where linked.promoted_on <= linked.week_end
