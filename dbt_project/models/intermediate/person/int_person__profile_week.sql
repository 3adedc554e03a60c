{%- set columns = ['week_start', 'week_end', 'person_id', 'village_id', 'position', 'sex', 'birth_month',
    'education', 'political_status', 'delivery_id', 'row_no'] -%}

with known as (
    select {{ columns | join(', ') }}, 'posts' as dataset, 1 as preference
    from {{ ref('int_person__post_week') }}
    union all
    select {{ columns | join(', ') }}, 'candidates' as dataset, 2 as preference
    from {{ ref('int_person__candidacy_week') }}
    union all
    select {{ columns | join(', ') }}, 'posts' as dataset, 3 as preference
    from {{ ref('int_person__tenure_week') }}
    where not is_held
    union all
    select
        week_start, week_end, person_id, village_id, cast(null as varchar) as position, sex, birth_month, education,
        political_status, delivery_id, row_no, 'reserve_cadres' as dataset, 4 as preference
    from {{ ref('int_team__reserve_week') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by week_start, person_id
            order by
                preference,
                case substr(position, 1, 1) when 'P' then 1 when 'C' then 2 when 'S' then 3 else 4 end,
                position,
                village_id,
                row_no
        ) as foremost_no
    from known
)

select
    {{ columns | join(',\n    ') }},
    dataset
from ranked
where foremost_no = 1
