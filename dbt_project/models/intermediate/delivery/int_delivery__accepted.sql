select
    delivery_id,
    department,
    dataset,
    delivered_at,
    row_number() over (
        partition by department, dataset
        order by delivered_at, landed_at, delivery_id
    ) as delivery_no
from {{ source('landing', 'delivery') }}
where verdict = 'accepted'
