-- Working days are known from the first to the last year of the seed holidays: what nobody has announced is not guessed.
with span as (
    select
        cast(date_trunc('year', min(starts_on)) as date) as first_day,
        max(extract(year from ends_on)) as last_year
    from {{ ref('holidays') }}
),

digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as list (digit)
),

days as (
    select
        {{ engine_date_add_days(
            'span.first_day',
            'thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + units.digit'
        ) }} as day,
        span.last_year
    from span
    cross join digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as units
),

judged as (
    select
        days.day,
        case
            when announced.kind is not null then announced.kind = 'workday'
            else {{ engine_date_diff_days("cast(date_trunc('week', days.day) as date)", 'days.day') }} < 5
        end as is_working_day
    from days
    left join {{ ref('holidays') }} as announced
        on
            days.day >= announced.starts_on
            and days.day <= announced.ends_on
    where extract(year from days.day) <= days.last_year
)

select
    day,
    is_working_day,
    sum(case when is_working_day then 1 else 0 end) over (
        order by day rows between unbounded preceding and current row
    ) as working_day_no
from judged
