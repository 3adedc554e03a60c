-- measured: kinds of unit that the village's problems call for and that were not sent, once a list of teams is in force
with missing as (
    select
        lacking.week_start,
        lacking.village_id,
        count(*) as kinds,
        {{ engine_string_agg('label.label_zh', 'lacking.unit_type') }} as kinds_zh
    from {{ ref('int_rectification__match_week') }} as lacking
    inner join ({{ labels_of('unit_type') }}) as label on lacking.unit_type = label.code
    inner join {{ ref('int_delivery__feed_week') }} as feed
        on
            lacking.week_start = feed.week_start
            and feed.department = 'organisation'
            and feed.dataset = 'rectification_teams'
            and feed.delivery_id is not null
    where not lacking.is_sent
    group by lacking.week_start, lacking.village_id
)

select
    problem.week_start,
    'village' as subject_type,
    problem.village_id as subject_id,
    problem.village_id,
    cast(missing.kinds as decimal(18, 2)) as measured,
    '按问题类型应派而未派：' || missing.kinds_zh as detail_zh,
    'organisation' as department,
    'rectification_problems' as dataset,
    problem.delivery_id,
    problem.row_no
from {{ ref('int_rectification__problem_week') }} as problem
inner join missing
    on
        problem.week_start = missing.week_start
        and problem.village_id = missing.village_id
where problem.is_newest_round and not problem.is_withdrawn
