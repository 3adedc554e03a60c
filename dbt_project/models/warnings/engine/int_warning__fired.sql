with subject_week as (
    select
        week_start,
        rule_id,
        subject_type,
        subject_id,
        village_id,
        max(measured) as measured,
        max(detail_zh) as detail_zh
    from {{ ref('int_warning__evidence') }}
    group by week_start, rule_id, subject_type, subject_id, village_id
),

-- red is asked first: the worse colour wins
judged as (
    select
        subject_week.*,
        rule.yellow_threshold,
        rule.red_threshold,
        rule.yellow_operator,
        rule.red_operator,
        rule.owner_type,
        rule.days_to_act_yellow,
        rule.days_to_act_red,
        rule.restricted,
        case
            when {{ compare('subject_week.measured', 'rule.red_operator', 'rule.red_threshold') }} then 'red'
            when {{ compare('subject_week.measured', 'rule.yellow_operator', 'rule.yellow_threshold') }} then 'yellow'
        end as colour
    from subject_week
    inner join {{ ref('int_warning__rule_week') }} as rule
        on
            subject_week.week_start = rule.week_start
            and subject_week.rule_id = rule.rule_id
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
left join {{ ref('int_village__week') }} as village
    on
        judged.week_start = village.week_start
        and judged.village_id = village.village_id
where
    judged.colour is not null
    -- a village that does not exist in the week has no colour in it
    and (judged.subject_type = 'dataset' or village.village_id is not null)
