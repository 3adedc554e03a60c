{#- A table is what its description says: its key (or keys) unique, the first column of the first key and the required
    columns filled, the conditions true of every row. One test for all of a table's own shape; a failing row says
    which of them it breaks. -#}
{% test well_formed(model, keys, required=[], conditions=[]) %}
{%- for key in keys %}
select
    'not unique: {{ key | join(", ") }}' as problem,
    cast({{ key[0] }} as varchar) as example,
    count(*) as rows_found
from {{ model }}
group by {{ key | join(", ") }}
having count(*) > 1
union all
{%- endfor %}
select
    problem,
    max(example) as example,
    count(*) as rows_found
from (
    select
        cast({{ keys[0][0] }} as varchar) as example,
        case
            when {{ keys[0][0] }} is null then 'empty: {{ keys[0][0] }}'
            {%- for column in required if column != keys[0][0] %}
            when {{ column }} is null then 'empty: {{ column }}'
            {%- endfor %}
            {%- for condition in conditions %}
            when not coalesce({{ condition }}, false) then 'untrue: {{ condition | replace("'", "''") }}'
            {%- endfor %}
            else 'fine'
        end as problem
    from {{ model }}
) as judged
where problem <> 'fine'
group by problem
{% endtest %}
