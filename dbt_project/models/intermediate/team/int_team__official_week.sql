-- everybody who holds a post in a village, supervision and the collective economy included
with official as (
    select distinct
        week_start,
        village_id,
        person_id
    from {{ ref('int_person__post_week') }}
),

appraised as (
    select distinct
        week_start,
        village_id,
        person_id
    from {{ ref('int_team__appraisal_week') }}
    where appraisal_kind = 'duty'
)

select
    official.week_start,
    official.village_id,
    official.person_id,
    appraised.person_id is not null as is_appraised
from official
left join appraised
    on
        official.week_start = appraised.week_start
        and official.village_id = appraised.village_id
        and official.person_id = appraised.person_id
