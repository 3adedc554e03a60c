select
    matter_key,
    village_code,
    category,
    form,
    is_repeat,
    people_band,
    registered_on,
    extended,
    closed_on,
    status,
    handling_unit,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'petition__matters') }}
