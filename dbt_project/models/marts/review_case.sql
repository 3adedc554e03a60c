with village as (
    {{ at_run_week('int_village__week') }}
),

review_case as (
    {{ at_run_week('int_review__case_week') }}
),

outcome_label as (
    {{ labels_of('review_outcome') }}
),

appeal_label as (
    {{ labels_of('appeal_outcome') }}
),

decision as (
    select * from ({{ at_run_week('int_review__decision_week') }}) as examined
    where newest_no = 1
)

select
    review_case.person_id,
    review_case.village_id,
    village.village_code,
    village.village_name,
    village.managing_unit_name,
    review_case.rounds,
    review_case.asked as answers_asked,
    review_case.answered as answers_received,
    review_case.marks,
    -- how far the case has come; what becomes of the person only the decision says
    case
        when review_case.is_for_examination then 'for_examination'
        when review_case.is_decided then 'decided'
        when review_case.is_examined then 'examined'
        when review_case.is_reviewed then 'reviewed'
        else 'named'
    end as stage,
    decision.decision_no,
    decision.examined_on,
    decision.heard_on,
    case when decision.is_complete then outcome_label.label_zh end as outcome_zh,
    decision.decided_on,
    decision.decider_body,
    decision.deciders,
    decision.rule_id,
    decision.reason,
    decision.notice_on,
    decision.appeal_on,
    appeal_label.label_zh as appeal_outcome_zh,
    coalesce(decision.is_exclusion, false) as is_excluded,
    decision.delivery_id,
    decision.row_no,
    run.as_of
from review_case
cross join {{ source('landing', 'run') }} as run
inner join village on review_case.village_id = village.village_id
left join decision on review_case.person_id = decision.person_id
left join outcome_label on decision.outcome = outcome_label.code
left join appeal_label on decision.appeal_outcome = appeal_label.code
