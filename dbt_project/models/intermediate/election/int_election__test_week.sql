-- One row per ballot and test. The rule is that of the ballot's day and place; without one, or without the figures it
-- needs, a test is not testable and never counts as passed.
{%- set figures = [
    'registered', 'attended', 'issued', 'collected', 'total_votes', 'capacity', 'lowest_elected_votes', 'smallest_margin',
    'women_elected', 'kin_pairs', 'filled', 'seats_total', 'days_late',
] %}
with test as (
    select distinct
        test_code,
        test_no,
        name_zh
    from {{ ref('ballot_tests') }}
),

-- how late the voter list, the objections and the answers were, by the steps; a list that came in time says nothing of
-- the others. What the registration itself reports is more exact and goes before.
registration as (
    select
        week_start,
        village_id,
        case
            when max(case when step_code = 'C12' then {{ engine_date_diff_days('due_on', 'done_on') }} end) > 0
                then max(case when step_code = 'C12' then {{ engine_date_diff_days('due_on', 'done_on') }} end)
            when count(done_on) = 3 then max({{ engine_date_diff_days('due_on', 'done_on') }})
        end as days_late
    from {{ ref('int_election__step_week') }}
    where step_code in ('C12', 'C13', 'C14')
    group by week_start, village_id
),

winners as (
    select
        week_start,
        village_id,
        body,
        count(distinct person_id) as persons,
        count(distinct case when sex = '2' then person_id end) as women
    from {{ ref('int_person__candidacy_week') }}
    where candidate_status = 'elected'
    group by week_start, village_id, body
),

ballot as (
    select
        ballot.*,
        ballot.valid * ballot.seats as capacity,
        sum(ballot.elected) over (
            partition by ballot.week_start, ballot.village_id, ballot.body
            order by ballot.round_no rows between unbounded preceding and current row
        ) as filled,
        max(case when ballot.round_no = 1 then ballot.seats end) over (
            partition by ballot.week_start, ballot.village_id, ballot.body
        ) as seats_total,
        sum(ballot.elected) over (partition by ballot.week_start, ballot.village_id, ballot.body) as elected_in_all,
        winners.persons,
        winners.women,
        coalesce(registered.days_late, registration.days_late) as days_late
    from {{ ref('int_election__ballot_week') }} as ballot
    left join winners
        on
            ballot.week_start = winners.week_start
            and ballot.village_id = winners.village_id
            and ballot.body = winners.body
    left join registration
        on
            ballot.week_start = registration.week_start
            and ballot.village_id = registration.village_id
    left join {{ ref('int_election__registration_week') }} as registered
        on
            ballot.week_start = registered.week_start
            and ballot.village_id = registered.village_id
),

-- women are counted from the persons elected: where the lists do not yet show all of them, nobody can say
counted as (
    select
        *,
        case when women > 0 or persons >= elected_in_all then women end as women_elected
    from ballot
),

ruled as (
    select
        counted.*,
        test.test_code,
        test.test_no,
        test.name_zh,
        rule.operator,
        rule.share_numerator,
        rule.share_denominator,
        rule.legal_level,
        rule.source,
        cast({{ ballot_figure('rule.measure', 'counted', figures) }} as bigint) as measured,
        cast(coalesce(rule.bound, {{ ballot_figure('rule.base', 'counted', figures) }}) as bigint) as base,
        row_number() over (
            partition by counted.week_start, counted.village_id, counted.body, counted.round_no, test.test_code
            order by {{ nearest_rule_first('rule') }}
        ) as nearest_no
    from counted
    cross join test
    left join {{ ref('ballot_tests') }} as rule
        on
            test.test_code = rule.test_code
            and {{ tests_ballot('rule', 'counted') }}
),

judged as (
    select
        *,
        {{ number_needed('base', 'ruled') }} as needed,
        case
            when operator is null or measured is null or base is null then 'not_testable'
            when {{ meets_share('measured', 'base', 'ruled') }} then 'passes'
            else 'fails'
        end as state
    from ruled
    where nearest_no = 1
)

select
    week_start,
    week_end,
    village_id,
    body,
    round_no,
    ballot_kind,
    voted_on,
    test_code,
    test_no,
    name_zh,
    state,
    measured,
    operator,
    share_numerator,
    share_denominator,
    base,
    needed,
    case
        when operator is null then '该选举日、该地区、该类投票没有已录入的规定，不能检验'
        when measured is null or base is null then '所需数据未报送，不能检验'
        else
            name_zh || '：实际' || cast(measured as varchar)
            || case when operator = '<=' then '，须不多于' else '，须不少于' end || cast(needed as varchar)
    end as detail_zh,
    legal_level,
    source,
    delivery_id,
    row_no
from judged
