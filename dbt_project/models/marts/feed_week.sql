select
    week_start,
    department,
    dataset,
    title_zh,
    owner_zh,
    delivery_id,
    delivered_at,
    last_good_at,
    age_days,
    state,
    reason_zh,
    read,
    landed,
    quarantined,
    redacted
from {{ ref('int_delivery__feed_week') }}
