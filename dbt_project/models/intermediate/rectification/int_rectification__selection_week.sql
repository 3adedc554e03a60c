{%- set consulted = ['discipline', 'political_legal', 'petition', 'field_visit'] -%}
with judged as (
    select
        week_start,
        round_no,
        village_id,
        is_newest_round,
        max(case when stage = 'assessment' then score end) as score,
        max(case when stage = 'assessment' then 1 else 0 end) = 1 as is_assessed,
        max(case when stage = 'shortlist' and outcome = 'kept' then 1 else 0 end) = 1 as is_shortlisted,
        {%- for stage in consulted %}
        max(case when stage = '{{ stage }}' then outcome end) as {{ stage }}_outcome,
        {%- endfor %}
        max(case when stage = 'final' and outcome = 'kept' then 1 else 0 end) = 1 as is_listed,
        max(case when stage = 'final' and outcome = 'kept' then level end) as level,
        max(case when stage = 'final' and outcome = 'kept' then stage_on end) as listed_on,
        max(case when stage = 'final' and outcome = 'kept' then due_on end) as due_on,
        max(stage_on) as last_stage_on
    from {{ ref('int_rectification__stage_week') }}
    group by week_start, round_no, village_id, is_newest_round
),

-- of equal scores each has the better place: places in the township are counted from those that score no better
placed as (
    select
        judged.*,
        village.managing_unit_code,
        count(judged.score) over (
            partition by judged.week_start, judged.round_no, village.managing_unit_code
        ) as ranked,
        count(judged.score) over (
            partition by judged.week_start, judged.round_no, village.managing_unit_code
            order by judged.score asc nulls last
        ) as not_better,
        sum(case when judged.is_listed then 1 else 0 end) over (
            partition by judged.week_start, judged.village_id
            order by judged.round_no asc
            rows between unbounded preceding and current row
        ) as listings
    from judged
    inner join {{ ref('int_village__week') }} as village
        on
            judged.week_start = village.week_start
            and judged.village_id = village.village_id
)

select
    week_start,
    round_no,
    village_id,
    managing_unit_code,
    score,
    case when score is not null then ranked - not_better + 1 end as rank_in_township,
    case when score is not null then ranked end as ranked_in_township,
    is_assessed,
    is_shortlisted,
    {%- for stage in consulted %}
    {{ stage }}_outcome,
    {%- endfor %}
    is_listed,
    level,
    listed_on,
    due_on,
    last_stage_on,
    cast(listings as bigint) as listings,
    is_listed and listings > 1 as is_listed_again,
    is_newest_round
from placed
