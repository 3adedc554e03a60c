select
    village_code,
    area_name,
    department_code,
    department_name,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__pairings') }}
