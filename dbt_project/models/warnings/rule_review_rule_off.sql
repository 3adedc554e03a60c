-- measured: answers that rest on a rule that was off, retired or unknown on the day of the round: they mark nobody
select
    week_start,
    'person' as subject_type,
    person_id as subject_id,
    village_id,
    cast(count(*) over (partition by week_start, person_id, village_id) as decimal(18, 2)) as measured,
    '联审答复所依据的条款未启用、已停用或者不在条款表中，不得作为审查依据' as detail_zh,
    department,
    dataset,
    delivery_id,
    row_no
from {{ ref('int_review__mark_week') }}
where not is_rule_in_force
