-- measured: villages by which the shortlist of the newest round falls short of its least share, exactly and not as shown
with newest as (
    select
        *,
        round_no = max(round_no) over (partition by week_start) as is_newest_round
    from {{ ref('int_rectification__shortlist_week') }}
)

select
    week_start,
    'dataset' as subject_type,
    'organisation__rectification_selections' as subject_id,
    cast(null as varchar) as village_id,
    cast(needed - shortlisted as decimal(18, 2)) as measured,
    '第' || cast(round_no as varchar) || '轮倒排' || cast(shortlisted as varchar) || '个，参评' || cast(assessed as varchar)
    || '个的' || cast(percent_needed as varchar) || '%至少为' || cast(needed as varchar) || '个' as detail_zh,
    'organisation' as department,
    'rectification_selections' as dataset,
    delivery_id,
    row_no
from newest
where is_newest_round
