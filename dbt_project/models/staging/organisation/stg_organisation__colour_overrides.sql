select
    override_no,
    village_code,
    colour,
    decider_body,
    decider_code,
    decided_on,
    reason,
    valid_until,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__colour_overrides') }}
