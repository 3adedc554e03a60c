select
    village_code,
    filled_on,
    residents,
    party_members,
    representatives,
    members_interviewed,
    representatives_interviewed,
    key_persons,
    key_persons_interviewed,
    collective_income,
    audit_status,
    audit_published_on,
    difficulties,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'questionnaire__village_profile') }}
