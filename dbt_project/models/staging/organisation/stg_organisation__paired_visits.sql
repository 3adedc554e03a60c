select
    village_code,
    department_code,
    due_on,
    visited_on,
    visit_method,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__paired_visits') }}
