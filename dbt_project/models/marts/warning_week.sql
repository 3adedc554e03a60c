with cleared as (
    select
        calendar.week_start,
        episode_week.warning_id,
        episode_week.rule_id,
        episode_week.subject_type,
        episode_week.subject_id,
        episode_week.village_id,
        episode_week.colour,
        episode_week.measured,
        episode_week.threshold,
        episode_week.detail_zh,
        'cleared' as state,
        episode_week.weeks_open,
        episode_week.restricted
    from {{ ref('int_warning__episode_week') }} as episode_week
    inner join {{ ref('int_calendar__week') }} as calendar on episode_week.week_no + 1 = calendar.week_no
    where episode_week.week_start = episode_week.last_week
),

fired as (
    select
        week_start,
        warning_id,
        rule_id,
        subject_type,
        subject_id,
        village_id,
        colour,
        measured,
        threshold,
        detail_zh,
        case when weeks_open = 1 then 'new' else 'continuing' end as state,
        weeks_open,
        restricted
    from {{ ref('int_warning__episode_week') }}
)

select
    week_start,
    warning_id,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    colour,
    cast(measured as decimal(18, 2)) as measured,
    cast(threshold as decimal(18, 2)) as threshold,
    detail_zh,
    state,
    cast(weeks_open as integer) as weeks_open,
    restricted
from fired
union all
select
    week_start,
    warning_id,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    colour,
    cast(measured as decimal(18, 2)) as measured,
    cast(threshold as decimal(18, 2)) as threshold,
    detail_zh,
    state,
    cast(weeks_open as integer) as weeks_open,
    restricted
from cleared
