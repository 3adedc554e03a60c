select distinct
    episode_week.warning_id,
    evidence.department,
    evidence.dataset,
    evidence.delivery_id,
    evidence.row_no
from {{ ref('int_warning__episode_week') }} as episode_week
inner join {{ ref('int_calendar__week') }} as calendar
    on
        episode_week.week_start = calendar.week_start
        and calendar.is_run_week
inner join {{ ref('int_warning__evidence') }} as evidence
    on
        episode_week.week_start = evidence.week_start
        and episode_week.rule_id = evidence.rule_id
        and episode_week.subject_type = evidence.subject_type
        and episode_week.subject_id = evidence.subject_id
        and coalesce(episode_week.village_id, '') = coalesce(evidence.village_id, '')
where evidence.delivery_id is not null
