-- which kinds of unit a village's symptoms call for, and whether one of that kind was sent
with called_for as (
    select distinct
        problem.week_start,
        problem.village_id,
        matching.unit_type
    from {{ ref('int_rectification__problem_week') }} as problem
    inner join {{ ref('rectification_matching') }} as matching
        on
            problem.symptom = matching.symptom
            and problem.week_end >= matching.valid_from
            and (matching.valid_to is null or problem.week_end <= matching.valid_to)
    where problem.is_newest_round and not problem.is_withdrawn
),

sent as (
    select distinct
        week_start,
        village_id,
        unit_type
    from {{ ref('int_rectification__team_week') }}
    where is_newest_round
)

select
    called_for.week_start,
    called_for.village_id,
    called_for.unit_type,
    sent.unit_type is not null as is_sent
from called_for
left join sent
    on
        called_for.week_start = sent.week_start
        and called_for.village_id = sent.village_id
        and called_for.unit_type = sent.unit_type
