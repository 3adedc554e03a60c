with roster as (
    {{ snapshot_by_week('stg_organisation__posts') }}
)

select
    roster.week_start,
    roster.week_end,
    link.person_id,
    village.village_id,
    roster.position,
    {{ body_of_position('roster.position') }} as body,
    roster.sex,
    roster.birth_month,
    roster.education,
    roster.political_status,
    roster.started_on,
    roster.ended_on,
    roster.is_full_time,
    roster.delivery_id,
    roster.row_no
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
where
    roster.started_on <= roster.week_end
    and (roster.ended_on is null or roster.ended_on > roster.week_end)
