select
    delivery_id,
    department,
    dataset,
    delivered_at,
    landed_at,
    verdict,
    duplicate_of,
    sha256,
    file_name,
    reasons_zh,
    reasons_en,
    rows_read,
    rows_landed,
    rows_quarantined,
    values_redacted,
    contract_version
from {{ source('landing', 'delivery') }}
