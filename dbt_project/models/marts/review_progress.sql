select
    week_start,
    village_id,
    department,
    review_round,
    count(*) as asked,
    cast(sum(case when is_answered and not is_stale then 1 else 0 end) as bigint) as answered,
    cast(sum(case when is_overdue then 1 else 0 end) as bigint) as overdue,
    cast(sum(case when conclusion = 'HOLD' and not is_stale then 1 else 0 end) as bigint) as on_hold,
    cast(sum(case when conclusion in ('FAIL', 'EXPLAIN') and not is_stale then 1 else 0 end) as bigint)
        as for_examination
from {{ ref('int_review__request_week') }}
group by week_start, village_id, department, review_round
