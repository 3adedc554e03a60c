-- measured: problems said to be closed without a second person; they count as open
with found as (
    select
        week_start,
        village_id,
        count(*) over (partition by week_start, village_id) as measured,
        delivery_id,
        row_no
    from {{ ref('int_rectification__problem_week') }}
    where is_closed_alone
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured,
    cast(measured as varchar) || '个整顿问题未经承办人以外的第二人核查即报销号，仍按未销号计' as detail_zh,
    'organisation' as department,
    'rectification_problems' as dataset,
    delivery_id,
    row_no
from found
