select
    disposition_no,
    disposition,
    decided_on,
    restored_on,
    document_no,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'discipline_inspection__dispositions') }}
