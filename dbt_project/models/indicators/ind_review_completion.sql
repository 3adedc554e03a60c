-- an answer counts by its receipt: that it is past its date (F-38) only those who examine may know, and what rests on it counts
-- for nothing there
with figures as (
    select
        week_start,
        village_id,
        sum(case when is_answered then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('int_review__request_week') }}
    group by week_start, village_id
)

{{ for_every_village('figures') }}
