-- Each indicator says something of each active village in each week, though it be nought of nought.
with expected as (
    select
        week_start,
        count(*) as villages
    from {{ ref('int_village__week') }}
    group by week_start
),

found as (
    select
        week_start,
        indicator_id,
        count(distinct village_id) as villages,
        count(*) as rows_found
    from {{ ref('int_indicator__village_week') }}
    group by week_start, indicator_id
)

select
    found.week_start,
    found.indicator_id,
    found.villages,
    expected.villages as villages_expected
from found
inner join expected on found.week_start = expected.week_start
where found.villages <> expected.villages or found.rows_found <> expected.villages
