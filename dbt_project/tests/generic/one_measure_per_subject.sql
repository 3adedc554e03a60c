{#- A rule may give many records for a subject, but one measured value and one sentence. -#}
{% test one_measure_per_subject(model) %}
select
    week_start,
    rule_id,
    subject_type,
    subject_id,
    village_id
from {{ model }}
group by week_start, rule_id, subject_type, subject_id, village_id
having
    count(distinct measured) > 1
    or count(distinct detail_zh) > 1
{% endtest %}
