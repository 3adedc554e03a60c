select
    week_start,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured
from {{ ref('int_warning__measure_week') }}
