-- measured: candidacies that still stand of a person whom a decision excludes
select
    decision.week_start,
    'person' as subject_type,
    decision.person_id as subject_id,
    candidacy.village_id,
    cast(
        count(*) over (partition by decision.week_start, decision.person_id, candidacy.village_id) as decimal(18, 2)
    ) as measured,
    '审查决定与人选名册不一致，人选仍在列，待核对' as detail_zh,
    'organisation' as department,
    'candidates' as dataset,
    candidacy.delivery_id,
    candidacy.row_no
from {{ ref('int_review__decision_week') }} as decision
inner join {{ ref('int_person__candidacy_week') }} as candidacy
    on
        decision.week_start = candidacy.week_start
        and decision.person_id = candidacy.person_id
        and candidacy.candidate_status in ('proposed', 'confirmed', 'elected')
where decision.is_exclusion and decision.newest_no = 1
