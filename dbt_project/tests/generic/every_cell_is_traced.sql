{#- No filled cell without a record behind it: for each column of a mart, where its value comes from is a relation and a
    condition (t is that relation), which must hold a row of the subject with its delivery and the day that came. Columns
    that this house makes are named apart, with nothing forgotten: a column in neither list fails.

    key: the subject's column; cells: column → [relation, condition]; made_here: columns that are ids, labels of another
    column, or the engine's own (colours, dates as of). A nought, a no and "not yet" need no record. -#}
{% test every_cell_is_traced(model, key, cells, made_here) %}
{%- if execute -%}
    {%- set listed = cells.keys() | list + made_here + [key] -%}
    {%- for column in adapter.get_columns_in_relation(model) -%}
        {%- if column.name not in listed -%}
            {{- exceptions.raise_compiler_error(model.identifier ~ '.' ~ column.name ~ ' says nowhere what it is made of') -}}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- for column, origin in cells.items() %}
select
    '{{ column }}' as column_name,
    cell.{{ key }} as subject_id
from {{ model }} as cell
left join (
    select distinct t.{{ key }}
    from {{ ref(origin[0]) }} as t
    inner join {{ ref('int_delivery__accepted') }} as accepted on t.delivery_id = accepted.delivery_id
    where {{ origin[1] }} and t.row_no is not null
) as traced
    on cell.{{ key }} = traced.{{ key }}
where
    cell.{{ column }} is not null
    and cast(cell.{{ column }} as varchar) not in ('0', 'false', 'none', 'not_voted')
    and traced.{{ key }} is null
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endtest %}
