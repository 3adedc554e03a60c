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
inner join {{ ref('int_village__week') }} as village
    on
        stated.week_start = village.week_start
        and stated.village_code = village.village_code
where stated.stated_on <= stated.week_end
