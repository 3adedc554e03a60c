with listed as (
    {{ snapshot_by_week('stg_organisation__reserve_cadres') }}
),

linked as (
    {{ linked_rows('listed', 'organisation', 'reserve_cadres', 'listed_on') }}
)

select
    week_start,
    person_id,
    village_id,
    listed_on,
    delivery_id,
    row_no
from linked
where listed_on <= week_end
