{%- set departments = ['discipline_inspection', 'public_security'] -%}

with
{%- for department in departments %}
{{ department }}_opinion as (
    {{ events_by_week('stg_' ~ department ~ '__opinions', ['opinion_no']) }}
),
{% endfor %}
opinion as (
    {%- for department in departments %}
    select
        week_start,
        week_end,
        '{{ department }}' as department,
        opinion_no,
        review_round,
        answered_on,
        conclusion,
        rule_id,
        influence_until,
        valid_until,
        delivered_at,
        delivery_id,
        row_no
    from {{ department }}_opinion
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

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
            and opinion.department = link.department
            and link.dataset = 'opinions'
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
    influence_until,
    valid_until,
    delivery_id,
    row_no
from linked
where newest_no = 1
