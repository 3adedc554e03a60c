-- An answer counts by its receipt, which everybody may know; that it is past its date (stale) is for those who examine. What has
-- been decided waits for nobody any more
select
    request.week_start,
    request.village_id,
    request.department,
    request.review_round,
    count(*) as asked,
    cast(sum(case when request.is_answered then 1 else 0 end) as bigint) as answered,
    cast(sum(case when request.is_stale then 1 else 0 end) as bigint) as stale,
    cast(sum(case when request.is_overdue then 1 else 0 end) as bigint) as overdue,
    cast(
        sum(
            case
                when
                    request.conclusion = 'HOLD'
                    and not request.is_stale
                    and not request.is_lapsed
                    and review_case.is_for_examination
                    then 1
                else 0
            end
        ) as bigint
    ) as on_hold,
    cast(
        sum(
            case
                when
                    request.conclusion in ('FAIL', 'EXPLAIN')
                    and not request.is_stale
                    and review_case.is_for_examination
                    then 1
                else 0
            end
        ) as bigint
    ) as for_examination
from {{ ref('int_review__request_week') }} as request
inner join {{ ref('int_review__case_week') }} as review_case
    on
        request.week_start = review_case.week_start
        and request.person_id = review_case.person_id
group by request.week_start, request.village_id, request.department, request.review_round
