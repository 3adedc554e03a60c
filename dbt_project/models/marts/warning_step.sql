with step as (
    {{ at_run_week('int_warning__step_week') }}
)

select
    step.answer_no,
    step.warning_id,
    step.rule_id,
    step.village_id,
    step.step,
    label.label_zh as step_zh,
    step.handler_code,
    step.stepped_on,
    step.measure_zh,
    step.promised_on,
    step.recipient_id,
    step.outcome,
    step.outcome = 'counts' as counts,
    case step.outcome
        when 'unknown_warning' then '没有这个编号的预警'
        when 'another_village' then '村社代码与预警的村社不一致'
        when 'not_asked' then '没有待核查的销号申请或者情况不实回复'
        when 'same_person' then '核查人与经办人为同一人，不视为核查'
        when 'not_closed' then '预警尚未销号，无从回头看'
        when 'no_date' then '申请延期没有承诺时限，或者承诺时限不晚于申请日'
        when 'too_late' then '申请延期晚于办结时限'
        when 'too_long' then '申请延期超过上限'
        else ''
    end as outcome_zh,
    step.restricted,
    step.delivered_at,
    'organisation' as department,
    'warning_answers' as dataset,
    step.delivery_id,
    step.row_no
from step
inner join ({{ labels_of('answer_step') }}) as label on step.step = label.code
