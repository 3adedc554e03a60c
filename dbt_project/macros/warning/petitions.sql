{#- A rule on the petition matters of a village, accusations left out (F-05): those that meet a condition, measured together,
    each of them evidence. `measured` is an aggregate over them; the sentence is how many there are, small counts kept back,
    and `detail`. -#}
{% macro petition_rule(measured, condition, detail) -%}
with found as (
    select
        matter.week_start,
        matter.village_id,
        count(*) over (partition by matter.week_start, matter.village_id) as matters,
        {{ measured }} over (partition by matter.week_start, matter.village_id) as measured,
        run.small_cell,
        matter.delivery_id,
        matter.row_no
    from {{ ref('int_petition__matter_week') }} as matter
    cross join {{ source('landing', 'run') }} as run
    where
        {{ condition }}
        and matter.category <> 'accusation'
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(measured as decimal(18, 2)) as measured,
    {{ count_zh('matters', 'small_cell', '件') }} || {{ detail }} as detail_zh,
    'petition' as department,
    'matters' as dataset,
    delivery_id,
    row_no
from found
{%- endmacro %}
