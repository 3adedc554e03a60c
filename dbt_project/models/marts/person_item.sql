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

appraisal_kind_label as (
    {{ labels_of('appraisal_kind') }}
),

appraisal_result_label as (
    {{ labels_of('appraisal_result') }}
),

promotion_label as (
    {{ labels_of('promotion_kind') }}
),

known as (
    {{ at_run_week('int_person__profile_week') }}
),

dispute as (
    {{ at_run_week('int_person__dispute_week') }}
),

profile as (
    {%- for item, item_zh, value, labels, restricted in [
        ('sex', '性别', 'label.label_zh', 'sex_label', 'false'),
        ('birth_month', '出生年月', 'substr(cast(known.birth_month as varchar), 1, 7)', none, 'true'),
        ('education', '学历', 'label.label_zh', 'education_label', 'false'),
        ('political_status', '政治面貌', 'label.label_zh', 'political_label', 'false'),
    ] %}
    select
        known.person_id,
        known.village_id,
        'profile' as section,
        '{{ item }}' as item,
        '{{ item_zh }}' as item_zh,
        {{ value }} as value,
        cast(null as date) as since,
        'organisation' as department,
        known.dataset,
        known.delivery_id,
        known.row_no,
        {{ restricted }} or known.dataset = 'reserve_cadres' as restricted
    from known
    {%- if labels %}
    inner join {{ labels }} as label on known.{{ item }} = label.code
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

reserve as (
    select
        listed.person_id,
        listed.village_id,
        'reserve' as section,
        'reserve' as item,
        '村级后备干部' as item_zh,
        '在册' as value,
        listed.listed_on as since,
        'organisation' as department,
        'reserve_cadres' as dataset,
        listed.delivery_id,
        listed.row_no,
        true as restricted
    from ({{ at_run_week('int_team__reserve_week') }}) as listed
),

appraisal as (
    select
        held.person_id,
        held.village_id,
        'appraisal' as section,
        held.appraisal_kind || '_' || held.period as item,
        kind_label.label_zh || '（' || held.period || '）' as item_zh,
        -- left off the nominee list is no exclusion, and nobody's fact (F-27)
        result_label.label_zh as value,
        held.held_on as since,
        'organisation' as department,
        'appraisals' as dataset,
        held.delivery_id,
        held.row_no,
        true as restricted
    from ({{ at_run_week('int_team__appraisal_week') }}) as held
    inner join appraisal_kind_label as kind_label on held.appraisal_kind = kind_label.code
    inner join appraisal_result_label as result_label on held.result = result_label.code
),

promotion as (
    select
        promoted.person_id,
        promoted.village_id,
        'promotion' as section,
        promoted.promotion_kind as item,
        '提拔使用' as item_zh,
        promotion_label.label_zh as value,
        promoted.promoted_on as since,
        'organisation' as department,
        'promotions' as dataset,
        promoted.delivery_id,
        promoted.row_no,
        false as restricted
    from ({{ at_run_week('int_team__promotion_week') }}) as promoted
    inner join promotion_label on promoted.promotion_kind = promotion_label.code
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
    union all
    select * from reserve
    union all
    select * from appraisal
    union all
    select * from promotion
),

-- an opinion, a disposition and what is to be examined hold until their date; everything else until something newer is
-- delivered
holding as (
    select
        person_id,
        'review' as section,
        department || '_' || cast(review_round as varchar) as item,
        max(valid_until) as holds_until
    from ({{ at_run_week('int_review__request_week') }}) as answered
    where valid_until is not null
    group by person_id, department, review_round
    union all
    select
        person_id,
        'disposition' as section,
        disposition_no || '_' || phase as item,
        ends_on as holds_until
    from ({{ at_run_week('int_person__disposition_week') }}) as disposed
    union all
    select
        person_id,
        'mark' as section,
        kind || '_' || finding_no as item,
        max(holds_until) as holds_until
    from ({{ at_run_week('int_review__mark_week') }}) as marked
    group by person_id, kind, finding_no
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
    accepted.delivered_at as known_on,
    holding.holds_until,
    item.restricted,
    dispute.person_id is not null as is_disputed,
    dispute.disputed_since,
    run.as_of
from item
cross join {{ source('landing', 'run') }} as run
left join {{ ref('int_delivery__accepted') }} as accepted on item.delivery_id = accepted.delivery_id
left join holding
    on item.person_id = holding.person_id and item.section = holding.section and item.item = holding.item
left join dispute
    on item.person_id = dispute.person_id and item.section = dispute.section and item.item = dispute.item
