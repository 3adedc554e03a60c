-- Warnings that are not well-formed: held back, each with the reason, so that one of them never stops the county.
select
    judged.week_start,
    judged.rule_id,
    judged.subject_type,
    judged.subject_id,
    judged.village_id,
    judged.colour,
    judged.withheld as reason,
    label.label_zh as reason_zh,
    -- of what is about a person, or about nobody can say whom, nothing stands in the open
    coalesce(judged.restricted, true) or coalesce(judged.subject_type, '') not in ('village', 'dataset') as restricted
from {{ ref('int_warning__judged_week') }} as judged
left join ({{ labels_of('warning_withheld') }}) as label on judged.withheld = label.code
where judged.withheld is not null
