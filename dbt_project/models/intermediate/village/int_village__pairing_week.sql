with pairing as (
    {{ snapshot_by_week('stg_organisation__pairings') }}
)

select
    pairing.week_start,
    pairing.week_end,
    village.village_id,
    pairing.area_name,
    pairing.department_code,
    pairing.department_name,
    pairing.delivery_id,
    pairing.row_no
from pairing
{{ in_listed_village('pairing') }}
