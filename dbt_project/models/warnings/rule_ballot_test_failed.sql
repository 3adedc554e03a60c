-- measured: tests of names, votes, composition and kinship (T3 to T8) that the ballots of the village fail. Turnout, the
-- count, seats and the dates of the registration have rules of their own; what is not testable fails nothing.
with failed as (
    select
        week_start,
        village_id,
        body,
        round_no,
        test_no,
        case body when 'party' then '党组织' else '村（居）委会' end || '第' || cast(round_no as varchar) || '次投票'
        || detail_zh as finding_zh,
        delivery_id,
        row_no
    from {{ ref('int_election__test_week') }}
    where
        state = 'fails'
        and test_code in ('T3', 'T4', 'T5', 'T6', 'T7', 'T8')
),

village_total as (
    select
        week_start,
        village_id,
        count(*) as failures,
        {{ engine_string_agg('finding_zh', 'body, round_no, test_no', '；') }} as findings_zh
    from failed
    group by week_start, village_id
)

select distinct
    failed.week_start,
    'village' as subject_type,
    failed.village_id as subject_id,
    failed.village_id,
    cast(village_total.failures as decimal(18, 2)) as measured,
    '投票检验不符：' || village_total.findings_zh as detail_zh,
    'civil_affairs' as department,
    'ballots' as dataset,
    failed.delivery_id,
    failed.row_no
from failed
inner join village_total
    on
        failed.week_start = village_total.week_start
        and failed.village_id = village_total.village_id
