-- a person who sits in both committees counts once
with member as (
    select
        week_start,
        village_id,
        person_id,
        max(case when {{ is_college('education') }} then 1 else 0 end) as figure
    from {{ ref('int_person__post_week') }}
    where body in ('party', 'committee')
    group by week_start, village_id, person_id
),

figures as (
    select
        week_start,
        village_id,
        sum(figure) as numerator,
        count(*) as denominator
    from member
    group by week_start, village_id
)

{{ for_every_village('figures') }}
