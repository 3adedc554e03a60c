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
{{ linked_to_person('roster', 'organisation', 'candidates') }}
{{ in_listed_village('roster') }}
