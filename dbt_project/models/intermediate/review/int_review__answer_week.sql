{#- the two departments that answer for themselves; the others' answers are collected and sent by the organisation department -#}
{%- set columns = ['opinion_no', 'review_round', 'answered_on', 'conclusion', 'rule_id', 'influence_until', 'valid_until',
    'delivered_at', 'delivery_id', 'row_no'] -%}

with
{%- for supplier in ['discipline_inspection', 'public_security'] %}
{{ supplier }}_opinion as (
    {{ events_by_week('stg_' ~ supplier ~ '__opinions', ['opinion_no']) }}
),
{% endfor %}
collected_opinion as (
    {{ events_by_week('stg_organisation__collected_opinions', ['opinion_no']) }}
),

opinion as (
    {%- for supplier in ['discipline_inspection', 'public_security'] %}
    select
        week_start,
        week_end,
        '{{ supplier }}' as department,
        '{{ supplier }}' as record_department,
        'opinions' as record_dataset,
        cast(null as date) as event_on,
        {{ columns | join(',\n        ') }}
    from {{ supplier }}_opinion
    union all
    {%- endfor %}
    select
        week_start,
        week_end,
        reviewer as department,
        'organisation' as record_department,
        'collected_opinions' as record_dataset,
        event_on,
        {{ columns | join(',\n        ') }}
    from collected_opinion
),

-- a later answer corrects an earlier one, under the same number or another
linked as (
    select
        opinion.*,
        link.person_id,
        row_number() over (
            partition by opinion.week_start, opinion.department, link.person_id, opinion.review_round
            order by opinion.answered_on desc, opinion.delivered_at desc, opinion.opinion_no desc
        ) as newest_no
    from opinion
    inner join {{ source('identity', 'person_link') }} as link
        on
            opinion.delivery_id = link._delivery_id
            and opinion.row_no = link._row
            and opinion.record_department = link.department
            and opinion.record_dataset = link.dataset
    where opinion.answered_on <= opinion.week_end
)

select
    week_start,
    week_end,
    person_id,
    department,
    review_round,
    opinion_no,
    answered_on,
    conclusion,
    rule_id,
    event_on,
    influence_until,
    valid_until,
    record_department,
    record_dataset,
    delivery_id,
    row_no
from linked
where newest_no = 1
