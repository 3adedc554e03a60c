with source_row as (
    {{ snapshot_by_week('stg_organisation__member_sources') }}
)

select distinct
    source_row.week_start,
    link.person_id,
    source_row.member_source
from source_row
inner join {{ source('identity', 'person_link') }} as link
    on
        source_row.delivery_id = link._delivery_id
        and source_row.row_no = link._row
        and link.department = 'organisation'
        and link.dataset = 'member_sources'
