-- what waits for a person to say who is who, as the run's week sees it; of villages only the pairs, which can be decided
with pair as (
    select
        department,
        state,
        opened_on
    from {{ source('identity', 'review_item') }}
    union all
    select
        'civil_affairs' as department,
        'waiting' as state,
        opened_on
    from {{ source('identity', 'village_proposal') }}
    where state = 'open' and old_id is not null and new_id is not null
)

select
    run.week as week_start,
    pair.department,
    cast(sum(case when pair.state = 'waiting' then 1 else 0 end) as bigint) as pairs_waiting,
    cast(sum(case when pair.state = 'disputed' then 1 else 0 end) as bigint) as pairs_disputed,
    min(pair.opened_on) as oldest_opened_on,
    cast({{ engine_date_diff_days('min(pair.opened_on)', 'run.as_of') }} as bigint) as oldest_days
from pair
cross join {{ source('landing', 'run') }} as run
group by run.week, run.as_of, pair.department
