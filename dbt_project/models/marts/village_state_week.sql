-- what the narrowest circle knows, which knows of every rule
select
    week_start,
    village_id,
    colour,
    previous_colour,
    colour_since,
    red_warnings,
    yellow_warnings,
    reasons,
    measured_colour,
    is_held,
    is_overridden,
    override_reason,
    override_until,
    override_body,
    override_code
from {{ ref('village_state_audience_week') }}
where audience = 'review'
