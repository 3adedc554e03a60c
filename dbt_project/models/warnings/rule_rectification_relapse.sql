-- measured: closed problems that came back and are not closed again
with found as (
    select
        week_start,
        village_id,
        count(*) over (partition by week_start, village_id) as measured,
        delivery_id,
        row_no
    from {{ ref('int_rectification__problem_week') }}
    where is_relapse_open
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured,
    cast(measured as varchar) || '个已销号的整顿问题返潮，尚未再次销号' as detail_zh,
    'organisation' as department,
    'rectification_problems' as dataset,
    delivery_id,
    row_no
from found
