select
    line.delivery_id,
    line.department,
    line.dataset,
    line.file_name,
    line.sheet,
    line.row_no,
    line.column_name,
    line.code,
    line.message_zh,
    line.fix_zh,
    line.opened_on,
    line.closed_on,
    line.closed_by_delivery_id,
    cast({{ engine_date_diff_days('line.opened_on', 'coalesce(line.closed_on, run.as_of)') }} as bigint) as days_open
from {{ source('landing', 'return_line') }} as line
cross join {{ source('landing', 'run') }} as run
