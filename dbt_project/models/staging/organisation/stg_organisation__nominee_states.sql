select
    village_code,
    nominee_state,
    stated_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__nominee_states') }}
