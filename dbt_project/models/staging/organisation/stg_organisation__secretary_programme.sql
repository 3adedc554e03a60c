select
    village_code,
    programme_item,
    done_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__secretary_programme') }}
