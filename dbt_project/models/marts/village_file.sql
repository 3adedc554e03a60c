with village as (
    {{ at_run_week('int_village__week') }}
),

profile as (
    {{ at_run_week('int_village__profile_week') }}
),

pairing as (
    {{ at_run_week('int_village__pairing_week') }}
),

outcome as (
    {{ at_run_week('int_election__outcome_week') }}
),

team as (
    select
        village_id,
        count(distinct person_id) as officials,
        max(case when position = {{ secretary() }} then 1 else 0 end) = 1 as has_secretary,
        max(case when position = {{ chair() }} then 1 else 0 end) = 1 as has_chair
    from ({{ at_run_week('int_person__post_week') }}) as post
    group by village_id
),

dual_post as (
    select
        village_id,
        numerator > 0 as is_dual_post
    from ({{ at_run_week('ind_dual_post_share') }}) as figure
),

candidacy as (
    select
        village_id,
        count(distinct person_id) as candidates
    from ({{ at_run_week('int_person__candidacy_week') }}) as candidate
    where candidate_status <> 'withdrawn'
    group by village_id
),

review as (
    select
        village_id,
        count(*) as review_asked,
        sum(case when is_answered then 1 else 0 end) as review_answered
    from ({{ at_run_week('int_review__request_week') }}) as request
    group by village_id
),

progress as (
    select
        village_id,
        count(*) as steps_total,
        sum(case when is_done then 1 else 0 end) as steps_done,
        sum(case when days_overdue > 0 then 1 else 0 end) as steps_overdue
    from ({{ at_run_week('int_election__step_week') }}) as step
    group by village_id
),

petition as (
    select
        village_id,
        count(*) as petitions_open
    from ({{ at_run_week('int_petition__matter_week') }}) as matter
    where is_open
    group by village_id
),

present as (
    select
        item.village_id,
        count(distinct item.item) as items_present
    from {{ ref('village_item') }} as item
    inner join {{ ref('file_items') }} as definition
        on
            definition.subject = 'village'
            and definition.is_required
            and item.section = definition.section
            and item.item = definition.item
    group by item.village_id
),

required as (
    select count(*) as items_required
    from {{ ref('file_items') }}
    where subject = 'village' and is_required
)

select
    village.village_id,
    village.village_code,
    village.village_name,
    village.village_type,
    village.township_code,
    village.township_name,
    village.managing_unit_code,
    village.managing_unit_name,
    pairing.area_name,
    pairing.department_code,
    pairing.department_name,
    village.is_key_village,
    village.established_on,
    village.households,
    village.population,
    profile.residents,
    profile.party_members,
    coalesce(team.officials, 0) as officials,
    coalesce(team.has_secretary, false) as has_secretary,
    coalesce(team.has_chair, false) as has_chair,
    coalesce(dual_post.is_dual_post, false) as is_dual_post,
    coalesce(candidacy.candidates, 0) as candidates,
    coalesce(review.review_asked, 0) as review_asked,
    coalesce(cast(review.review_answered as bigint), 0) as review_answered,
    coalesce(progress.steps_total, 0) as steps_total,
    coalesce(cast(progress.steps_done as bigint), 0) as steps_done,
    coalesce(cast(progress.steps_overdue as bigint), 0) as steps_overdue,
    party.first_voted_on as party_voted_on,
    coalesce(party.outcome, 'not_voted') as party_outcome,
    committee.first_voted_on as committee_voted_on,
    coalesce(committee.outcome, 'not_voted') as committee_outcome,
    coalesce(petition.petitions_open, 0) as petitions_open,
    profile.collective_income,
    profile.audit_status,
    state.colour,
    coalesce(present.items_present, 0) as items_present,
    required.items_required,
    village.week_end as as_of
from village
cross join required
left join pairing on village.village_id = pairing.village_id
left join profile on village.village_id = profile.village_id
left join team on village.village_id = team.village_id
left join dual_post on village.village_id = dual_post.village_id
left join candidacy on village.village_id = candidacy.village_id
left join review on village.village_id = review.village_id
left join progress on village.village_id = progress.village_id
left join outcome as party on village.village_id = party.village_id and party.body = 'party'
left join outcome as committee on village.village_id = committee.village_id and committee.body = 'committee'
left join petition on village.village_id = petition.village_id
left join present on village.village_id = present.village_id
left join {{ ref('village_state_week') }} as state
    on
        village.village_id = state.village_id
        and village.week_start = state.week_start
