-- Consecutive weeks of one rule and one subject are one episode, that is one warning; after a week without it a new one
-- begins.
{%- set subject = 'fired.rule_id, fired.subject_type, fired.subject_id, fired.village_id' %}
{%- set episode = 'rule_id, subject_type, subject_id, village_id, episode_no' %}
with numbered as (
    select
        fired.*,
        calendar.week_end,
        calendar.week_no,
        calendar.week_no - row_number() over (partition by {{ subject }} order by calendar.week_no) as episode_no
    from {{ ref('int_warning__fired') }} as fired
    inner join {{ ref('int_calendar__week') }} as calendar on fired.week_start = calendar.week_start
),

episode_week as (
    select
        *,
        min(week_start) over (partition by {{ episode }}) as first_week,
        max(week_start) over (partition by {{ episode }}) as last_week,
        row_number() over (partition by {{ episode }} order by week_no) as weeks_open,
        week_no - row_number() over (partition by {{ episode }}, colour order by week_no) as colour_no
    from numbered
)

select
    'W' || substr(
        {{ engine_md5("rule_id || '|' || subject_type || '|' || subject_id || '|' || coalesce(village_id, '') || '|' || cast(first_week as varchar)") }},
        1,
        12
    ) as warning_id,
    week_start,
    week_end,
    week_no,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    first_week,
    last_week,
    weeks_open,
    colour,
    -- the Sunday of the first week in which the warning has had this colour without a break
    min(week_end) over (partition by {{ episode }}, colour, colour_no) as colour_since,
    measured,
    operator,
    threshold,
    owner_type,
    days_to_act,
    detail_zh,
    restricted
from episode_week
