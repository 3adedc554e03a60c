-- measured: rhythms (weekly presence, monthly progress, quarterly visit, half-yearly assessment) of which the last time
-- was too long ago, or never
with missed as (
    select
        week_start,
        village_id,
        count(*) as rhythms,
        {{ engine_string_agg('name_zh', 'days') }} as rhythms_zh,
        max(delivery_id) as delivery_id,
        max(row_no) as row_no
    from {{ ref('int_rectification__rhythm_week') }}
    where not is_kept
    group by week_start, village_id
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(rhythms as decimal(18, 2)) as measured,
    '没有按时报送：' || rhythms_zh as detail_zh,
    'organisation' as department,
    'rectification_selections' as dataset,
    delivery_id,
    row_no
from missed
