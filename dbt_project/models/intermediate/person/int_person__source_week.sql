with source_row as (
    {{ snapshot_by_week('stg_organisation__member_sources') }}
)

select distinct
    source_row.week_start,
    link.person_id,
    source_row.member_source
from source_row
{{ linked_to_person('source_row', 'organisation', 'member_sources') }}
