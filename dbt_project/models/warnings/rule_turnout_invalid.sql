-- measured: voters or members missing for a valid ballot, by the test of turnout that was in force on its day (T1). A
-- re-run takes the place of the first ballot; a by-round has another test.
with judged as (
    select
        week_start,
        village_id,
        body,
        measured as attended,
        needed,
        state,
        row_number() over (partition by week_start, village_id, body order by round_no desc) as newest_no,
        delivery_id,
        row_no
    from {{ ref('int_election__test_week') }}
    where
        test_code = 'T1'
        and ballot_kind in ('first', 're_run')
),

short as (
    select
        *,
        needed - attended as shortfall
    from judged
    where
        newest_no = 1
        and state = 'fails'
),

village_total as (
    select
        week_start,
        village_id,
        max(shortfall) as worst,
        {{ engine_string_agg(
            "case body when 'party' then '党员大会到会须不少于' else '村（居）委会选举投票须不少于' end
            || cast(needed as varchar) || '人，实际' || cast(attended as varchar) || '人'",
            'body',
            '；'
        ) }} as shortfalls_zh
    from short
    group by week_start, village_id
)

select
    short.week_start,
    'village' as subject_type,
    short.village_id as subject_id,
    short.village_id,
    cast(village_total.worst as decimal(18, 2)) as measured,
    village_total.shortfalls_zh as detail_zh,
    'civil_affairs' as department,
    'ballots' as dataset,
    short.delivery_id,
    short.row_no
from short
inner join village_total
    on
        short.week_start = village_total.week_start
        and short.village_id = village_total.village_id
