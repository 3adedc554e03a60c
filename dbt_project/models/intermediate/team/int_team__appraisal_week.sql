with held as (
    {{ snapshot_by_week('stg_organisation__appraisals') }}
),

linked as (
    {{ linked_rows('held', 'organisation', 'appraisals', 'held_on') }}
)

select
    week_start,
    week_end,
    person_id,
    village_id,
    appraisal_kind,
    period,
    held_on,
    result,
    is_not_listed,
    delivery_id,
    row_no
from linked
where held_on <= week_end
