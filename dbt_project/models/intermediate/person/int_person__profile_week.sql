{%- set columns = ['week_start', 'week_end', 'person_id', 'village_id', 'position', 'sex', 'birth_month',
    'education', 'political_status', 'delivery_id', 'row_no'] -%}

with roster as (
    {{ snapshot_by_week('stg_organisation__posts') }}
),

-- posts that have ended still say who somebody is
former as (
    select
        roster.*,
        link.person_id,
        village.village_id
    from roster
    inner join {{ source('identity', 'person_link') }} as link
        on
            roster.delivery_id = link._delivery_id
            and roster.row_no = link._row
            and link.department = 'organisation'
            and link.dataset = 'posts'
    inner join {{ ref('int_village__week') }} as village
        on
            roster.week_start = village.week_start
            and roster.village_code = village.village_code
    where roster.ended_on <= roster.week_end
),

known as (
    select {{ columns | join(', ') }}, 'posts' as dataset, 1 as preference
    from {{ ref('int_person__post_week') }}
    union all
    select {{ columns | join(', ') }}, 'candidates' as dataset, 2 as preference
    from {{ ref('int_person__candidacy_week') }}
    union all
    select {{ columns | join(', ') }}, 'posts' as dataset, 3 as preference
    from former
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
