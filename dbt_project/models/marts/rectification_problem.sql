with problem as (
    {{ at_run_week('int_rectification__problem_week') }}
),

village as (
    {{ at_run_week('int_village__week') }}
)

select
    problem.problem_no,
    problem.round_no,
    problem.village_id,
    village.village_code,
    village.village_name,
    village.managing_unit_name,
    problem.symptom,
    label.label_zh as symptom_zh,
    problem.evidence,
    problem.owner_unit,
    problem.found_on,
    problem.due_on,
    case
        when problem.is_withdrawn then 'withdrawn'
        when problem.is_relapsed then 'relapsed'
        when problem.is_closed then 'closed'
        when problem.is_overdue then 'overdue'
        else 'open'
    end as state,
    problem.is_closed_alone,
    problem.closed_on,
    problem.days_taken,
    problem.lookback_due_on,
    problem.is_lookback_overdue,
    problem.relapse_of,
    problem.delivery_id,
    problem.row_no,
    problem.week_end as as_of
from problem
inner join village on problem.village_id = village.village_id
inner join ({{ labels_of('rectification_symptom') }}) as label on problem.symptom = label.code
