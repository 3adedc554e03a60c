-- red is asked first: the worse colour wins
with judged as (
    select
        measure.*,
        rule.yellow_threshold,
        rule.red_threshold,
        rule.yellow_operator,
        rule.red_operator,
        rule.owner_type,
        rule.days_to_act_yellow,
        rule.days_to_act_red,
        rule.restricted,
        case
            when {{ compare('measure.measured', 'rule.red_operator', 'rule.red_threshold') }} then 'red'
            when {{ compare('measure.measured', 'rule.yellow_operator', 'rule.yellow_threshold') }} then 'yellow'
        end as colour
    from {{ ref('int_warning__measure_week') }} as measure
    inner join {{ ref('int_warning__rule_week') }} as rule
        on
            measure.week_start = rule.week_start
            and measure.rule_id = rule.rule_id
)

select
    judged.week_start,
    judged.rule_id,
    judged.subject_type,
    judged.subject_id,
    judged.village_id,
    judged.colour,
    judged.measured,
    case judged.colour when 'red' then judged.red_operator else judged.yellow_operator end as operator,
    case judged.colour when 'red' then judged.red_threshold else judged.yellow_threshold end as threshold,
    judged.owner_type,
    case judged.colour when 'red' then judged.days_to_act_red else judged.days_to_act_yellow end as days_to_act,
    judged.detail_zh,
    judged.restricted
from judged
where judged.colour is not null
