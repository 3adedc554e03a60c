with done as (
    {{ snapshot_by_week('stg_organisation__secretary_programme') }}
),

linked as (
    {{ linked_rows('done', 'organisation', 'secretary_programme', 'done_on') }}
)

select
    week_start,
    week_end,
    person_id,
    village_id,
    programme_item,
    done_on,
    delivery_id,
    row_no
from linked
where done_on <= week_end
