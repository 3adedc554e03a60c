with stated as (
    {{ snapshot_by_week('stg_organisation__nominee_states') }}
)

select
    stated.week_start,
    village.village_id,
    stated.nominee_state,
    stated.stated_on,
    stated.delivery_id,
    stated.row_no
from stated
{{ in_listed_village('stated') }}
where stated.stated_on <= stated.week_end
