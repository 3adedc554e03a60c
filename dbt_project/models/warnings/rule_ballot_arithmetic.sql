-- measured: arithmetic identities that the ballot figures of the village violate
{%- set identities = [
    ('collected', '收回选票', 'issued', '发出选票'),
    ('attended', '参加投票', 'registered', '登记或应到会'),
    ('valid', '有效票', 'collected', '收回选票'),
    ('proxies', '委托投票', 'attended', '参加投票'),
    ('elected', '当选', 'seats', '应选职数'),
] %}
with violation as (
    {%- for part, part_zh, whole, whole_zh in identities %}
    select
        week_start,
        village_id,
        body,
        round_no,
        {{ loop.index }} as identity_no,
        '{{ part_zh }}' || cast({{ part }} as varchar) || '多于{{ whole_zh }}' || cast({{ whole }} as varchar) as finding_zh,
        delivery_id,
        row_no
    from {{ ref('int_election__ballot_week') }}
    where {{ part }} > {{ whole }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

ballot_total as (
    select
        week_start,
        village_id,
        body,
        round_no,
        count(*) as violations,
        case body when 'party' then '党组织' else '村（居）委会' end || '第' || cast(round_no as varchar) || '次投票'
        || {{ engine_string_agg('finding_zh', 'identity_no') }} as findings_zh
    from violation
    group by week_start, village_id, body, round_no
),

village_total as (
    select
        week_start,
        village_id,
        sum(violations) as violations,
        {{ engine_string_agg('findings_zh', 'findings_zh', '；') }} as findings_zh
    from ballot_total
    group by week_start, village_id
)

select distinct
    violation.week_start,
    'village' as subject_type,
    violation.village_id as subject_id,
    violation.village_id,
    cast(village_total.violations as decimal(18, 2)) as measured,
    '选票数字自相矛盾：' || village_total.findings_zh as detail_zh,
    'civil_affairs' as department,
    'ballots' as dataset,
    violation.delivery_id,
    violation.row_no
from violation
inner join village_total
    on
        violation.week_start = village_total.week_start
        and violation.village_id = village_total.village_id
