{#- Every combination of the columns occurs in another table under the same (or the given) names. -#}
{% test relates_to(model, to, columns, to_columns=none) %}
{%- set other = to_columns or columns %}
select distinct {% for column in columns %}child.{{ column }}{{ ", " if not loop.last }}{% endfor %}
from {{ model }} as child
left join {{ to }} as parent
    on {% for column in columns %}child.{{ column }} = parent.{{ other[loop.index0] }}
    {{- " and " if not loop.last }}{% endfor %}
where
    parent.{{ other[0] }} is null
    and {% for column in columns %}child.{{ column }} is not null{{ " and " if not loop.last }}{% endfor %}
{% endtest %}
