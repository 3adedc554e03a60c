select
    village_code,
    sex,
    birth_month,
    education,
    political_status,
    listed_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__reserve_cadres') }}
