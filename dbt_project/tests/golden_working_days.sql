-- Working days after a day, known in advance: over a long holiday with days made up, over the year's end, over neither.
with golden as (
    select
        cast(since_on as date) as since_on,
        days,
        cast(until_on as date) as until_on
    from (
        values
        ('2021-04-29', 5, '2021-05-10'),
        ('2020-12-29', 5, '2021-01-06'),
        ('2020-09-25', 3, '2020-09-29'),
        ('2021-05-17', 1, '2021-05-18'),
        ('2025-12-31', 1, '2026-01-04')
    ) as list (since_on, days, until_on)
)

select
    golden.since_on,
    golden.days,
    golden.until_on,
    min(found.day) as found_on
from golden
left join {{ ref('int_calendar__day') }} as since on golden.since_on = since.day
left join {{ ref('int_calendar__day') }} as found
    on since.working_day_no + golden.days = found.working_day_no
group by golden.since_on, golden.days, golden.until_on
having coalesce(min(found.day), cast('1900-01-01' as date)) <> golden.until_on
