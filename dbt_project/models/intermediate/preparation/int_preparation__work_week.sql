with work as (
    {{ snapshot_by_week('stg_organisation__village_works') }}
)

select
    work.week_start,
    village.village_id,
    work.work_item,
    case
        when work.work_item like 'clear_%' then 'cleanup'
        when work.work_item like 'team_%' then 'special_team'
        else 'measure'
    end as work_kind,
    village.is_key_village,
    work.due_on,
    case when work.done_on is null or work.done_on <= work.week_end then work.done_on end as done_on,
    work.work_state = 'done' and (work.done_on is null or work.done_on <= work.week_end) as is_done,
    coalesce(work.issues_found, 0) as issues_found,
    coalesce(work.issues_closed, 0) as issues_closed,
    work.delivery_id,
    work.row_no
from work
{{ in_listed_village('work') }}
