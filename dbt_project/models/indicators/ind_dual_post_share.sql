-- one person is one person_id: two people of one name are two
with holder as (
    select
        week_start,
        village_id,
        person_id,
        max(case when position = {{ secretary() }} then 1 else 0 end) as is_secretary,
        max(case when position = {{ chair() }} then 1 else 0 end) as is_chair
    from {{ ref('int_person__post_week') }}
    where position in ({{ secretary() }}, {{ chair() }})
    group by week_start, village_id, person_id
),

figures as (
    select
        week_start,
        village_id,
        max(is_secretary * is_chair) as numerator,
        max(is_secretary) * max(is_chair) as denominator
    from holder
    group by week_start, village_id
)

{{ for_every_village('figures') }}
