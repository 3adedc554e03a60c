with first_delivery as (
    select min(delivered_at) as delivered_at
    from {{ source('landing', 'delivery') }}
    where verdict = 'accepted'
),

span as (
    select
        run.week as run_week,
        least(run.week, cast(date_trunc('week', coalesce(first_delivery.delivered_at, run.week)) as date))
            as first_week
    from {{ source('landing', 'run') }} as run
    cross join first_delivery
),

digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as list (digit)
),

-- a thousand weeks: more than a term of five years can need
numbers as (
    select hundreds.digit * 100 + tens.digit * 10 + units.digit as week_index
    from digits as hundreds
    cross join digits as tens
    cross join digits as units
),

weeks as (
    select
        {{ engine_date_add_days('span.first_week', 'numbers.week_index * 7') }} as week_start,
        numbers.week_index + 1 as week_no,
        span.run_week
    from span
    cross join numbers
)

select
    week_start,
    {{ engine_date_add_days('week_start', 6) }} as week_end,
    week_start = run_week as is_run_week,
    week_no
from weeks
where week_start <= run_week
