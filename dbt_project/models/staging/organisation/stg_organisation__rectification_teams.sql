select
    round_no,
    village_code,
    unit_code,
    unit_name,
    unit_type,
    team_role,
    age_tier,
    persons,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__rectification_teams') }}
