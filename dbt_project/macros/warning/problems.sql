{#- A rule on the problems of a rectification: those of a village that meet a condition, measured together, each of them
    evidence. `measured` is an aggregate over them, `detail` the sentence that says it. -#}
{% macro problem_rule(measured, condition, detail) -%}
with found as (
    select
        week_start,
        village_id,
        {{ measured }} over (partition by week_start, village_id) as measured,
        delivery_id,
        row_no
    from {{ ref('int_rectification__problem_week') }}
    where {{ condition }}
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured,
    {{ detail }} as detail_zh,
    'organisation' as department,
    'rectification_problems' as dataset,
    delivery_id,
    row_no
from found
{%- endmacro %}
