-- How far each named person has come: named, reviewed, examined, decided. A person counts once, in one village.
with named as (
    select
        week_start,
        week_end,
        person_id,
        village_id,
        nominated_on as on_date
    from {{ ref('int_person__candidacy_week') }}
    where nominated_on <= week_end
    union all
    select
        week_start,
        week_end,
        person_id,
        village_id,
        sent_on as on_date
    from {{ ref('int_review__asked_week') }}
),

person as (
    select
        *,
        row_number() over (partition by week_start, person_id order by on_date desc, village_id) as foremost_no
    from named
),

-- reviewed: in one round at least every department asked has answered
review_round as (
    select
        week_start,
        person_id,
        review_round,
        count(distinct department) as asked,
        count(distinct case when is_answered then department end) as answered,
        min(case when is_answered then 1 else 0 end) as is_answered
    from {{ ref('int_review__request_week') }}
    group by week_start, person_id, review_round
),

reviewed as (
    select
        week_start,
        person_id,
        count(*) as rounds,
        sum(asked) as asked,
        sum(answered) as answered,
        max(is_answered) as is_reviewed
    from review_round
    group by week_start, person_id
),

marked as (
    select
        week_start,
        person_id,
        count(*) as marks,
        max(since_on) as newest_on
    from {{ ref('int_review__mark_week') }}
    where is_rule_in_force
    group by week_start, person_id
)

select
    person.week_start,
    person.week_end,
    person.person_id,
    person.village_id,
    coalesce(reviewed.rounds, 0) as rounds,
    cast(coalesce(reviewed.asked, 0) as bigint) as asked,
    cast(coalesce(reviewed.answered, 0) as bigint) as answered,
    coalesce(reviewed.is_reviewed, 0) = 1 as is_reviewed,
    coalesce(marked.marks, 0) as marks,
    decision.person_id is not null as is_examined,
    coalesce(decision.is_complete, false) as is_decided,
    coalesce(decision.is_exclusion, false) as is_excluded,
    case when decision.is_complete then decision.outcome end as outcome,
    decision.decided_on,
    -- what was put off, or found after the decision, waits again
    marked.person_id is not null
    and (
        not coalesce(decision.is_complete, false)
        or decision.outcome = 'defer'
        or marked.newest_on > decision.decided_on
    ) as is_for_examination
from person
left join reviewed on person.week_start = reviewed.week_start and person.person_id = reviewed.person_id
left join marked on person.week_start = marked.week_start and person.person_id = marked.person_id
left join {{ ref('int_review__decision_week') }} as decision
    on
        person.week_start = decision.week_start
        and person.person_id = decision.person_id
        and decision.newest_no = 1
where person.foremost_no = 1
