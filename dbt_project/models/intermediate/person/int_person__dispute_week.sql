-- one correction or several: a value is in dispute while any of them is open
with correction as (
    {{ events_by_week('stg_organisation__corrections', ['correction_no']) }}
)

select
    week_start,
    week_end,
    person_id,
    section,
    item,
    min(opened_on) as disputed_since,
    min(due_on) as due_on
from correction
where correction_state = 'open' and opened_on <= week_end
group by week_start, week_end, person_id, section, item
