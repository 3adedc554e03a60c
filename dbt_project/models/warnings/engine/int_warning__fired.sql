select
    week_start,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    colour,
    measured,
    operator,
    threshold,
    owner_type,
    days_to_act,
    detail_zh,
    restricted
from {{ ref('int_warning__judged_week') }}
where withheld is null
