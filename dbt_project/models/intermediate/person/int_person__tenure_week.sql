with roster as (
    {{ snapshot_by_week('stg_organisation__posts') }}
),

-- the last day in the week's view on which the post was held
held as (
    select
        roster.*,
        case
            when roster.ended_on <= roster.week_end then {{ engine_date_add_days('roster.ended_on', '-1') }}
            else roster.week_end
        end as last_day
    from roster
    where roster.started_on <= roster.week_end
)

select
    held.week_start,
    held.week_end,
    link.person_id,
    place.village_id,
    place.happened_in_id,
    held.position,
    {{ body_of_position('held.position') }} as body,
    held.sex,
    held.birth_month,
    held.education,
    held.political_status,
    held.started_on,
    held.ended_on,
    held.last_day,
    held.ended_on is null or held.ended_on > held.week_end as is_held,
    held.is_full_time,
    held.term_year,
    held.left_reason,
    held.delivery_id,
    held.row_no
from held
{{ linked_to_person('held', 'organisation', 'posts') }}
inner join {{ ref('int_village__place_week') }} as place
    on {{ is_in_place('held', 'last_day') }}
where place.village_id is not null
