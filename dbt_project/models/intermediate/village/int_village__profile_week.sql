with profile as (
    {{ snapshot_by_week('stg_questionnaire__village_profile') }}
)

select
    profile.week_start,
    profile.week_end,
    village.village_id,
    profile.filled_on,
    profile.residents,
    profile.party_members,
    profile.representatives,
    profile.members_interviewed,
    profile.representatives_interviewed,
    profile.key_persons,
    profile.key_persons_interviewed,
    profile.collective_income,
    profile.audit_status,
    profile.audit_published_on,
    profile.difficulties,
    profile.delivery_id,
    profile.row_no
from profile
{{ in_listed_village('profile') }}
