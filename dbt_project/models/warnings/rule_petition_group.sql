-- measured: days since the newest group petition about the village was registered, accusations left out (F-05)
with group_matter as (
    select
        week_start,
        week_end,
        village_id,
        registered_on,
        max(registered_on) over (partition by week_start, village_id) as newest_on,
        delivery_id,
        row_no
    from {{ ref('int_petition__matter_week') }}
    where
        people_band = 'group'
        and category <> 'accusation'
        and registered_on <= week_end
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast({{ engine_date_diff_days('newest_on', 'week_end') }} as decimal(18, 2)) as measured,
    '有集体信访，最近一次登记距本周末' || {{ weeks_zh(engine_date_diff_days('newest_on', 'week_end')) }} as detail_zh,
    'petition' as department,
    'matters' as dataset,
    delivery_id,
    row_no
from group_matter
where registered_on = newest_on
