with listed as (
    {{ snapshot_by_week('stg_organisation__reserve_cadres') }}
),

linked as (
    {{ linked_rows('listed', 'organisation', 'reserve_cadres', 'listed_on') }}
)

select
    week_start,
    week_end,
    person_id,
    village_id,
    sex,
    birth_month,
    education,
    political_status,
    listed_on,
    delivery_id,
    row_no
from linked
where listed_on <= week_end
