with visit as (
    {{ events_by_week('stg_organisation__paired_visits', ['village_code', 'department_code', 'due_on']) }}
)

select
    visit.week_start,
    visit.week_end,
    village.village_id,
    visit.department_code,
    visit.due_on,
    case when visit.visited_on <= visit.week_end then visit.visited_on end as visited_on,
    visit.visit_method,
    coalesce(visit.visited_on <= visit.week_end and visit.visited_on <= visit.due_on, false) as is_in_time,
    visit.due_on <= visit.week_end as is_due,
    visit.delivery_id,
    visit.row_no
from visit
{{ in_listed_village('visit') }}
