with approved as (
    {{ snapshot_by_week('stg_organisation__dual_post_exemptions') }}
)

select
    approved.week_start,
    village.village_id,
    approved.reason,
    approved.approved_on,
    approved.approved_by,
    approved.valid_until,
    approved.delivery_id,
    approved.row_no
from approved
{{ in_listed_village('approved') }}
where
    approved.approved_on <= approved.week_end
    and (approved.valid_until is null or approved.valid_until >= approved.week_end)
