-- an answer past its date is not counted (F-38)
with figures as (
    select
        week_start,
        village_id,
        sum(case when is_answered and not is_stale then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('int_review__request_week') }}
    group by week_start, village_id
)

{{ for_every_village('figures') }}
