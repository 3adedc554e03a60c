select
    week_start,
    village_id,
    status,
    count(*) as matters,
    cast(sum(case when is_repeat then 1 else 0 end) as bigint) as repeats,
    cast(sum(case when people_band = 'group' then 1 else 0 end) as bigint) as group_matters,
    cast(sum(case when is_overdue then 1 else 0 end) as bigint) as overdue
from {{ ref('int_petition__matter_week') }}
group by week_start, village_id, status
