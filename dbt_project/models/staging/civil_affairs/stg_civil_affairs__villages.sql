select
    village_code,
    village_name,
    village_type,
    township_code,
    township_name,
    managing_unit_code,
    managing_unit_name,
    is_key_village,
    established_on,
    abolished_on,
    households,
    population,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'civil_affairs__villages') }}
