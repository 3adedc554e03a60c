{#- Rows of a dataset that names persons, with who they are and the village a row belongs to today. -#}

{#- `rows` has week_start, village_code, delivery_id, row_no and the day the row speaks of; whom nobody could link is left out. -#}
{% macro linked_rows(rows, department, dataset, day) -%}
    select
        {{ rows }}.*,
        link.person_id,
        place.village_id
    from {{ rows }}
    {{ linked_to_person(rows, department, dataset) }}
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place(rows, day) }}
    where place.village_id is not null
{%- endmacro %}

{#- Joins `link` (who it is) to rows of a dataset; whom nobody could link is left out. -#}
{% macro linked_to_person(rows, department, dataset) -%}
    inner join {{ source('identity', 'person_link') }} as link
        on
            {{ rows }}.delivery_id = link._delivery_id
            and {{ rows }}.row_no = link._row
            and link.department = '{{ department }}'
            and link.dataset = '{{ dataset }}'
{%- endmacro %}
