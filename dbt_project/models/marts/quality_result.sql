select
    delivery_id,
    department,
    dataset,
    expectation,
    column_name,
    severity,
    success,
    unexpected_count,
    observed,
    fix_zh
from {{ source('landing', 'quality_result') }}
