with profile as (
    {{ at_run_week('int_person__profile_week') }}
),

village as (
    {{ at_run_week('int_village__week') }}
),

position_label as (
    {{ labels_of('position') }}
),

education_label as (
    {{ labels_of('education') }}
),

status_label as (
    {{ labels_of('political_status') }}
),

post as (
    select
        held.person_id,
        {{ engine_string_agg('position_label.label_zh', 'held.position') }} as posts_zh
    from (
        select distinct person_id, position
        from ({{ at_run_week('int_person__post_week') }}) as post_held
    ) as held
    inner join position_label on held.position = position_label.code
    group by held.person_id
),

candidacy as (
    select
        stood_for.person_id,
        {{ engine_string_agg('position_label.label_zh', 'stood_for.position') }} as candidacies_zh
    from (
        select distinct person_id, position
        from ({{ at_run_week('int_person__candidacy_week') }}) as candidate
        where candidate_status <> 'withdrawn'
    ) as stood_for
    inner join position_label on stood_for.position = position_label.code
    group by stood_for.person_id
),

review as (
    select
        person_id,
        count(*) as review_asked,
        sum(case when is_answered and not is_stale then 1 else 0 end) as review_answered
    from ({{ at_run_week('int_review__request_week') }}) as request
    group by person_id
),

review_case as (
    {{ at_run_week('int_review__case_week') }}
),

dispute as (
    select
        person_id,
        count(*) as items
    from ({{ at_run_week('int_person__dispute_week') }}) as disputed
    group by person_id
)

select
    person.person_id,
    village.village_id,
    village.village_code,
    village.village_name,
    village.township_code,
    village.township_name,
    village.managing_unit_code,
    profile.sex,
    profile.birth_month,
    cast({{ age_on('profile.birth_month', 'run.as_of') }} as integer) as age,
    profile.education,
    education_label.label_zh as education_zh,
    {{ is_college('profile.education') }} as is_college,
    profile.political_status,
    status_label.label_zh as political_status_zh,
    post.person_id is not null as is_official,
    candidacy.person_id is not null as is_candidate,
    post.posts_zh,
    candidacy.candidacies_zh,
    coalesce(review.review_asked, 0) as review_asked,
    coalesce(cast(review.review_answered as bigint), 0) as review_answered,
    -- nothing here excludes anybody: that is a decision people have recorded, else the strongest state asks them to look
    case
        when review_case.is_excluded then 'excluded'
        when review_case.is_for_examination then 'for_examination'
        when review.person_id is null then 'none'
        when review.review_answered < review.review_asked then 'pending'
        else 'answered'
    end as review_state,
    coalesce(dispute.items, 0) as disputed_items,
    -- of whom only posts in a village that no list names any more are known, nothing on file says where this came from
    case when profile.person_id is not null then person.first_delivered_at end as first_delivered_at,
    run.as_of
from {{ source('identity', 'person') }} as person
cross join {{ source('landing', 'run') }} as run
left join profile on person.person_id = profile.person_id
left join village on profile.village_id = village.village_id
left join education_label on profile.education = education_label.code
left join status_label on profile.political_status = status_label.code
left join post on person.person_id = post.person_id
left join candidacy on person.person_id = candidacy.person_id
left join review on person.person_id = review.person_id
left join review_case on person.person_id = review_case.person_id
left join dispute on person.person_id = dispute.person_id
