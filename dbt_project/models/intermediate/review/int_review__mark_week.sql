-- What is for a person to examine, and nothing more: findings under a rule that was on and in force on the day the round
-- tests its windows. Of two jurisdictions' versions of a rule the nearer one counts.
with request as (
    select
        *,
        row_number() over (
            partition by week_start, person_id, village_id, department
            order by is_answered desc, review_round desc
        ) as newest_no
    from {{ ref('int_review__request_week') }}
),

asked as (
    select
        week_start,
        week_end,
        person_id,
        village_id,
        max(cut_off_on) as cut_off_on,
        max(candidate_status) as candidate_status
    from request
    group by week_start, week_end, person_id, village_id
),

party_candidacy as (
    select
        week_start,
        person_id,
        village_id,
        political_status,
        delivery_id,
        row_no,
        row_number() over (partition by week_start, person_id, village_id order by position) as foremost_no
    from {{ ref('int_person__candidacy_week') }}
    where body = 'party' and candidate_status <> 'withdrawn'
),

finding as (
    -- an answer that is not a pass; of a hold only that it is one (F-09)
    select
        week_start,
        week_end,
        person_id,
        village_id,
        'opinion' as kind,
        department || '_' || opinion_no as finding_no,
        case when conclusion = 'HOLD' then 'R08' else rule_id end as rule_id,
        conclusion as finding,
        cut_off_on,
        answered_on as since_on,
        event_on,
        influence_until as until_on,
        record_department as department,
        record_dataset as dataset,
        delivery_id,
        row_no
    from request
    where newest_no = 1 and conclusion in ('FAIL', 'HOLD', 'EXPLAIN') and not is_stale and not is_lapsed
    union all
    -- a disposition whose effect was not over on that day; what bars from party posts counts as effect for the others
    select
        asked.week_start,
        asked.week_end,
        asked.person_id,
        asked.village_id,
        'disposition' as kind,
        disposition.disposition_no || '_' || disposition.phase as finding_no,
        case when disposition.rule_id = 'R06' and party_candidacy.person_id is null then 'R05' else disposition.rule_id end
            as rule_id,
        disposition.disposition as finding,
        asked.cut_off_on,
        disposition.starts_on as since_on,
        cast(null as date) as event_on,
        disposition.ends_on as until_on,
        'discipline_inspection' as department,
        'dispositions' as dataset,
        disposition.delivery_id,
        disposition.row_no
    from asked
    inner join {{ ref('int_person__disposition_week') }} as disposition
        on
            asked.week_start = disposition.week_start
            and asked.person_id = disposition.person_id
            and (disposition.ends_on is null or asked.cut_off_on <= disposition.ends_on)
    left join party_candidacy
        on
            asked.week_start = party_candidacy.week_start
            and asked.person_id = party_candidacy.person_id
            and asked.village_id = party_candidacy.village_id
            and party_candidacy.foremost_no = 1
    union all
    -- a probationary member who stands for a party post
    select
        asked.week_start,
        asked.week_end,
        asked.person_id,
        asked.village_id,
        'roster' as kind,
        'probationary' as finding_no,
        'R06' as rule_id,
        'probationary' as finding,
        asked.cut_off_on,
        asked.cut_off_on as since_on,
        cast(null as date) as event_on,
        cast(null as date) as until_on,
        'organisation' as department,
        'candidates' as dataset,
        party_candidacy.delivery_id,
        party_candidacy.row_no
    from asked
    inner join party_candidacy
        on
            asked.week_start = party_candidacy.week_start
            and asked.person_id = party_candidacy.person_id
            and asked.village_id = party_candidacy.village_id
            and party_candidacy.foremost_no = 1
            and party_candidacy.political_status = '02'
),

ruled as (
    select
        finding.*,
        asked.candidate_status,
        rule.version as rule_version,
        rule.jurisdiction,
        rule.severity,
        rule.legal_level,
        rule.is_on,
        rule.window_kind,
        rule.window_months,
        row_number() over (
            partition by finding.week_start, finding.person_id, finding.village_id, finding.kind, finding.finding_no
            order by case when rule.jurisdiction = 'national' then 1 else 0 end, rule.jurisdiction desc
        ) as nearest_no
    from finding
    inner join asked
        on
            finding.week_start = asked.week_start
            and finding.person_id = asked.person_id
            and finding.village_id = asked.village_id
    cross join {{ source('landing', 'run') }} as run
    left join {{ ref('eligibility_rules') }} as rule
        on
            finding.rule_id = rule.rule_id
            and finding.cut_off_on >= rule.valid_from
            and (rule.valid_to is null or finding.cut_off_on <= rule.valid_to)
            and (rule.jurisdiction = 'national' or run.county_code like rule.jurisdiction || '%')
),

windowed as (
    select
        *,
        case
            when until_on is null and window_kind = 'months' and event_on is not null
                then {{ last_day_of_months('event_on', 'window_months') }}
            else until_on
        end as holds_until
    from ruled
    where nearest_no = 1
)

select
    week_start,
    week_end,
    person_id,
    village_id,
    candidate_status,
    kind,
    finding_no,
    rule_id,
    rule_version,
    jurisdiction,
    severity,
    legal_level,
    finding,
    cut_off_on,
    since_on,
    holds_until,
    -- an answer under a rule that is off, retired or unknown marks nobody: it goes back to its department
    rule_id is null or coalesce(is_on, false) as is_rule_in_force,
    department,
    dataset,
    delivery_id,
    row_no
from windowed
where holds_until is null or holds_until >= cut_off_on
