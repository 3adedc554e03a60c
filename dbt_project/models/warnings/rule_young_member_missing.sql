-- measured: the age of the youngest in the two committees. Reads the roster itself, not the linked posts: an officer whose
-- identity could not be linked still sits in the team. Not asked of a team that is about to hand over: while an election
-- goes on, what counts is who comes.
with roster as (
    {{ snapshot_by_week('stg_organisation__posts') }}
),

seat as (
    select
        roster.week_start,
        village.village_id,
        {{ age_on('roster.birth_month', 'roster.week_end') }} as age,
        roster.delivery_id,
        roster.row_no
    from roster
    {{ in_listed_village('roster') }}
    where
        {{ body_of_position('roster.position') }} in ('party', 'committee')
        and roster.started_on <= roster.week_end
        and (roster.ended_on is null or roster.ended_on > roster.week_end)
),

ranked as (
    select
        *,
        row_number() over (partition by week_start, village_id order by age asc, row_no asc) as youngest_no
    from seat
),

going as (
    select
        week_start,
        village_id
    from {{ ref('int_election__step_week') }}
    where
        step_code = 'C29'
        and not is_done
)

select
    ranked.week_start,
    'village' as subject_type,
    ranked.village_id as subject_id,
    ranked.village_id,
    cast(ranked.age as decimal(18, 2)) as measured,
    '两委成员中最年轻的' || cast(ranked.age as varchar) || '周岁' as detail_zh,
    'organisation' as department,
    'posts' as dataset,
    ranked.delivery_id,
    ranked.row_no
from ranked
left join going
    on
        ranked.week_start = going.week_start
        and ranked.village_id = going.village_id
where
    ranked.youngest_no = 1
    and going.village_id is null
