with test as (
    {{ at_run_week('int_election__test_week') }}
)

select
    test.village_id,
    village.village_code,
    village.village_name,
    test.body,
    test.round_no,
    test.ballot_kind,
    test.voted_on,
    test.test_code,
    test.test_no,
    test.name_zh,
    test.state,
    test.measured,
    test.operator,
    test.share_numerator,
    test.share_denominator,
    test.base,
    test.needed,
    test.detail_zh,
    test.legal_level,
    test.source,
    test.delivery_id,
    test.row_no,
    test.week_end as as_of
from test
inner join {{ ref('int_village__week') }} as village
    on
        test.week_start = village.week_start
        and test.village_id = village.village_id
