select
    delivery_id,
    department,
    dataset,
    file_name,
    sheet,
    row_no,
    column_name,
    code,
    message_zh,
    message_en,
    fix_zh
from {{ source('landing', 'quarantine') }}
