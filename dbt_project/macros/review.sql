{#- What the models of the joint review share. Which rules there are, and how long anything lasts, is data: the seeds
    eligibility_rules and disposition_periods. -#}

{#- Last day of a period of n calendar months that begins on a day: the same day n months later (where that month has no
    such day, its last one), less one. -#}
{% macro last_day_of_months(first_day, months) -%}
    {{ engine_date_add_days(engine_date_add_months(first_day, months), -1) }}
{%- endmacro %}

{#- Of the persons who have come so far, those who have come further: both are conditions on int_review__case_week. -#}
{% macro review_step(reached, of) -%}
    with figures as (
        select
            week_start,
            village_id,
            sum(case when {{ of }} and {{ reached }} then 1 else 0 end) as numerator,
            sum(case when {{ of }} then 1 else 0 end) as denominator
        from {{ ref('int_review__case_week') }}
        group by week_start, village_id
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- Answers of one conclusion under a rule in force, of persons who wait for somebody to examine them. -#}
{% macro open_marks(conclusion, standing, detail_zh) -%}
    select
        mark.week_start,
        'person' as subject_type,
        mark.person_id as subject_id,
        mark.village_id,
        cast(count(*) over (partition by mark.week_start, mark.person_id, mark.village_id) as decimal(18, 2)) as measured,
        '{{ detail_zh }}' as detail_zh,
        mark.department,
        mark.dataset,
        mark.delivery_id,
        mark.row_no
    from {{ ref('int_review__mark_week') }} as mark
    inner join {{ ref('int_review__case_week') }} as review_case
        on
            mark.week_start = review_case.week_start
            and mark.person_id = review_case.person_id
            and review_case.is_for_examination
    where
        mark.kind = 'opinion'
        and mark.finding = '{{ conclusion }}'
        and mark.is_rule_in_force
        and {{ standing }}
{%- endmacro %}

{#- What the joint review says of a person beside the answers themselves: dispositions, what is for a person to examine and
    what the person may say to it, what has been decided. All of it restricted. -#}
{% macro examination_items() -%}
    select
        disposition.person_id,
        profile.village_id,
        'disposition' as section,
        disposition.disposition_no || '_' || disposition.phase as item,
        disposition_label.label_zh as item_zh,
        disposition.effect_zh || case
            when disposition.ends_on is null then '（恢复权利日期未报）'
            else '（至' || {{ day_zh('disposition.ends_on') }} || '）'
        end as value,
        disposition.starts_on as since,
        'discipline_inspection' as department,
        'dispositions' as dataset,
        disposition.delivery_id,
        disposition.row_no,
        true as restricted
    from ({{ at_run_week('int_person__disposition_week') }}) as disposition
    inner join ({{ at_run_week('int_person__profile_week') }}) as profile on disposition.person_id = profile.person_id
    inner join ({{ labels_of('disposition') }}) as disposition_label on disposition.disposition = disposition_label.code
    union all
    select
        mark.person_id,
        mark.village_id,
        'mark' as section,
        mark.kind || '_' || mark.finding_no as item,
        '待人工审查：' || coalesce(mark.rule_id || rule.name_zh, '未注明依据条款') as item_zh,
        coalesce('依据层级：' || level_label.label_zh || '；本人可以说明：' || rule.may_say_zh, '请答复单位注明依据条款') as value,
        mark.since_on as since,
        mark.department,
        mark.dataset,
        mark.delivery_id,
        mark.row_no,
        true as restricted
    from ({{ at_run_week('int_review__mark_week') }}) as mark
    left join {{ ref('eligibility_rules') }} as rule
        on
            mark.rule_id = rule.rule_id
            and mark.jurisdiction = rule.jurisdiction
            and mark.cut_off_on >= rule.valid_from
            and (rule.valid_to is null or mark.cut_off_on <= rule.valid_to)
    left join ({{ labels_of('legal_level') }}) as level_label on rule.legal_level = level_label.code
    where mark.is_rule_in_force
    union all
    select
        decision.person_id,
        decision.village_id,
        'decision' as section,
        decision.decision_no as item,
        '联审审查决定' as item_zh,
        case
            when decision.is_complete
                then outcome_label.label_zh || '：' || decision.decider_body || '，' || decision.reason
                || coalesce('；申诉：' || appeal_label.label_zh, '')
            else '已人工审查，尚未作出决定'
        end as value,
        coalesce(decision.decided_on, decision.examined_on) as since,
        'organisation' as department,
        'review_decisions' as dataset,
        decision.delivery_id,
        decision.row_no,
        true as restricted
    from ({{ at_run_week('int_review__decision_week') }}) as decision
    left join ({{ labels_of('review_outcome') }}) as outcome_label on decision.outcome = outcome_label.code
    left join ({{ labels_of('appeal_outcome') }}) as appeal_label on decision.appeal_outcome = appeal_label.code
{%- endmacro %}
