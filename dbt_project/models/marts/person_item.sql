{#- The nominee list is deliberately not a fact of anybody's table (F-27): it appears in aggregates only. -#}
with position_label as (
    {{ labels_of('position') }}
),

status_label as (
    {{ labels_of('candidate_status') }}
),

conclusion_label as (
    {{ labels_of('review_conclusion') }}
),

sex_label as (
    {{ labels_of('sex') }}
),

education_label as (
    {{ labels_of('education') }}
),

political_label as (
    {{ labels_of('political_status') }}
),

known as (
    {{ at_run_week('int_person__profile_week') }}
),

dispute as (
    {{ at_run_week('int_person__dispute_week') }}
),

profile as (
    select
        known.person_id,
        known.village_id,
        'profile' as section,
        'sex' as item,
        '性别' as item_zh,
        sex_label.label_zh as value,
        cast(null as date) as since,
        'organisation' as department,
        known.dataset,
        known.delivery_id,
        known.row_no,
        false as restricted
    from known
    inner join sex_label on known.sex = sex_label.code
    union all
    select
        known.person_id,
        known.village_id,
        'profile' as section,
        'birth_month' as item,
        '出生年月' as item_zh,
        substr(cast(known.birth_month as varchar), 1, 7) as value,
        cast(null as date) as since,
        'organisation' as department,
        known.dataset,
        known.delivery_id,
        known.row_no,
        true as restricted
    from known
    union all
    select
        known.person_id,
        known.village_id,
        'profile' as section,
        'education' as item,
        '学历' as item_zh,
        education_label.label_zh as value,
        cast(null as date) as since,
        'organisation' as department,
        known.dataset,
        known.delivery_id,
        known.row_no,
        false as restricted
    from known
    inner join education_label on known.education = education_label.code
    union all
    select
        known.person_id,
        known.village_id,
        'profile' as section,
        'political_status' as item,
        '政治面貌' as item_zh,
        political_label.label_zh as value,
        cast(null as date) as since,
        'organisation' as department,
        known.dataset,
        known.delivery_id,
        known.row_no,
        false as restricted
    from known
    inner join political_label on known.political_status = political_label.code
),

post as (
    select
        held.person_id,
        held.village_id,
        'post' as section,
        held.position as item,
        position_label.label_zh as item_zh,
        '在任' as value,
        held.started_on as since,
        'organisation' as department,
        'posts' as dataset,
        held.delivery_id,
        held.row_no,
        false as restricted
    from ({{ at_run_week('int_person__post_week') }}) as held
    inner join position_label on held.position = position_label.code
),

candidacy as (
    select
        stood_for.person_id,
        stood_for.village_id,
        'candidacy' as section,
        stood_for.position as item,
        position_label.label_zh as item_zh,
        status_label.label_zh as value,
        stood_for.nominated_on as since,
        'organisation' as department,
        'candidates' as dataset,
        stood_for.delivery_id,
        stood_for.row_no,
        false as restricted
    from ({{ at_run_week('int_person__candidacy_week') }}) as stood_for
    inner join position_label on stood_for.position = position_label.code
    inner join status_label on stood_for.candidate_status = status_label.code
),

department_label as (
    {{ labels_of('review_department') }}
),

review as (
    select
        request.person_id,
        request.village_id,
        'review' as section,
        request.department || '_' || cast(request.review_round as varchar) as item,
        '第' || cast(request.review_round as varchar) || '轮联审：' || department_label.label_zh as item_zh,
        case
            when not request.is_answered then '未答复'
            when request.is_stale then conclusion_label.label_zh || '（已过有效期）'
            else conclusion_label.label_zh
        end as value,
        coalesce(request.answered_on, request.sent_on) as since,
        request.record_department as department,
        request.record_dataset as dataset,
        request.delivery_id,
        request.row_no,
        true as restricted
    from ({{ at_run_week('int_review__request_week') }}) as request
    inner join department_label on request.department = department_label.code
    left join conclusion_label on request.conclusion = conclusion_label.code
),

examination as (
    select * from ({{ examination_items() }}) as examined
),

item as (
    select * from profile
    union all
    select * from post
    union all
    select * from candidacy
    union all
    select * from review
    union all
    select * from examination
)

select
    item.person_id,
    item.village_id,
    item.section,
    item.item,
    item.item_zh,
    item.value,
    item.since,
    item.department,
    item.dataset,
    item.delivery_id,
    item.row_no,
    item.restricted,
    dispute.person_id is not null as is_disputed,
    dispute.disputed_since,
    run.as_of
from item
cross join {{ source('landing', 'run') }} as run
left join dispute
    on item.person_id = dispute.person_id and item.section = dispute.section and item.item = dispute.item
