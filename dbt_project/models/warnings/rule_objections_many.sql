-- measured: objections in a hundred voters on the list as published, rounded up so that what is over a bound stays over it
select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(
        cast(
            (objections * 10000 + registered_first - 1 - (objections * 10000 + registered_first - 1) % registered_first)
            / registered_first as bigint
        ) as decimal(18, 2)
    ) / 100 as measured,
    '选民名单' || cast(registered_first as varchar) || '人，异议' || cast(objections as varchar) || '件' as detail_zh,
    'civil_affairs' as department,
    'voter_registration' as dataset,
    delivery_id,
    row_no
from {{ ref('int_election__registration_week') }}
where
    registered_first > 0
    and objections is not null
