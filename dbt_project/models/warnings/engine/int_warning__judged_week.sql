-- Every measured value that meets a threshold, or that is no value, with the reason for which the warning is held back, if
-- there is one: a warning that is not well-formed reaches no reader and stops no county (mart warning_withheld).
-- Red is asked first: the worse colour wins.
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
),

stated as (
    select
        week_start,
        rule_id,
        subject_type,
        subject_id,
        village_id,
        colour,
        measured,
        case colour when 'red' then red_operator else yellow_operator end as operator,
        case colour when 'red' then red_threshold else yellow_threshold end as threshold,
        owner_type,
        case colour when 'red' then days_to_act_red else days_to_act_yellow end as days_to_act,
        detail_zh,
        restricted,
        is_ambiguous,
        is_traced
    from judged
    where
        colour is not null
        or measured is null
)

select
    week_start,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    colour,
    measured,
    operator,
    threshold,
    owner_type,
    days_to_act,
    detail_zh,
    restricted,
    case
        when coalesce(subject_type, '') not in ('village', 'person', 'dataset') or subject_id is null then 'no_subject'
        when (village_id is null) <> (subject_type = 'dataset') then 'no_village'
        when measured is null then 'no_measure'
        when is_ambiguous then 'ambiguous'
        when coalesce(detail_zh, '') = '' then 'no_text'
        when subject_type = 'person' and not coalesce(restricted, false) then 'not_restricted'
        when subject_type = 'person' and detail_zh not like '%' || {{ for_examination_zh() }} || '%' then 'no_examination'
        when {{ holds_identity_sign('detail_zh') }} then 'identity_sign'
        when owner_type is null or days_to_act is null then 'no_deadline'
        when not is_traced then 'no_source'
    end as withheld
from stated
