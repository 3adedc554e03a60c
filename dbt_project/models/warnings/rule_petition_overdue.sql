-- measured: days by which the oldest open matter is beyond its time limit (60 days, 90 when extended: the limit comes
-- with the matter), accusations left out (F-05)
with overdue as (
    select
        matter.week_start,
        matter.village_id,
        count(*) over (partition by matter.week_start, matter.village_id) as matters,
        max(matter.age_days - matter.limit_days) over (partition by matter.week_start, matter.village_id) as worst,
        run.small_cell,
        matter.delivery_id,
        matter.row_no
    from {{ ref('int_petition__matter_week') }} as matter
    cross join {{ source('landing', 'run') }} as run
    where
        matter.is_overdue
        and matter.category <> 'accusation'
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(worst as decimal(18, 2)) as measured,
    {{ count_zh('matters', 'small_cell', '件') }} || '信访事项超过办理期限未办结，最长超期' || cast(worst as varchar) || '天'
        as detail_zh,
    'petition' as department,
    'matters' as dataset,
    delivery_id,
    row_no
from overdue
