-- measured: repeated petition matters still open, accusations left out (F-05)
with repeated as (
    select
        matter.week_start,
        matter.village_id,
        count(*) over (partition by matter.week_start, matter.village_id) as matters,
        run.small_cell,
        matter.delivery_id,
        matter.row_no
    from {{ ref('int_petition__matter_week') }} as matter
    cross join {{ source('landing', 'run') }} as run
    where
        matter.is_open
        and matter.is_repeat
        and matter.category <> 'accusation'
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(matters as decimal(18, 2)) as measured,
    {{ count_zh('matters', 'small_cell', '件') }} || '重复信访事项未办结' as detail_zh,
    'petition' as department,
    'matters' as dataset,
    delivery_id,
    row_no
from repeated
