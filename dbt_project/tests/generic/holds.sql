{#- A condition that is true of every row; null does not count as true. -#}
{% test holds(model, condition) %}
select *
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
