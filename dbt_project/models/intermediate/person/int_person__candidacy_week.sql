with roster as (
    {{ snapshot_by_week('stg_organisation__candidates') }}
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
    roster.nominated_on,
    roster.review_round,
    roster.sent_for_review_on,
    roster.is_on_nominee_list,
    roster.candidate_status,
    roster.delivery_id,
    roster.row_no
from roster
inner join {{ source('identity', 'person_link') }} as link
    on
        roster.delivery_id = link._delivery_id
        and roster.row_no = link._row
        and link.department = 'organisation'
        and link.dataset = 'candidates'
inner join {{ ref('int_village__week') }} as village
    on
        roster.week_start = village.week_start
        and roster.village_code = village.village_code
