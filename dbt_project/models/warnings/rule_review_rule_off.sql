-- measured: answers, and the newest decision, that rest on a rule that was off, retired or unknown on the day of the round or of
-- the decision: they are no ground for anything
with rule_in_force as (
    select
        rule.rule_id,
        rule.valid_from,
        rule.valid_to
    from {{ ref('eligibility_rules') }} as rule
    cross join {{ source('landing', 'run') }} as run
    where
        rule.is_on
        and (rule.jurisdiction = 'national' or run.county_code like rule.jurisdiction || '%')
),

groundless as (
    select
        week_start,
        person_id,
        village_id,
        department,
        dataset,
        delivery_id,
        row_no
    from {{ ref('int_review__mark_week') }}
    where not is_rule_in_force
    union all
    select
        decision.week_start,
        decision.person_id,
        decision.village_id,
        'organisation' as department,
        'review_decisions' as dataset,
        decision.delivery_id,
        decision.row_no
    from {{ ref('int_review__decision_week') }} as decision
    left join rule_in_force as rule
        on
            decision.rule_id = rule.rule_id
            and decision.decided_on >= rule.valid_from
            and (rule.valid_to is null or decision.decided_on <= rule.valid_to)
    where
        decision.newest_no = 1
        and decision.is_exclusion
        and decision.rule_id is not null
        and rule.rule_id is null
)

select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(count(*) over (partition by week_start, person_id, village_id) as decimal(18, 2)) as measured,
    '联审答复或者审查决定所依据的条款未启用、已停用或者不在条款表中，不得作为审查依据' as detail_zh,
    department,
    dataset,
    delivery_id,
    row_no
from groundless
