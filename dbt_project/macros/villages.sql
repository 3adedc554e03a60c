{#- Which village a record belongs to. Codes are reused and abolished: only code and day together say it. -#}

{#- The condition that joins `place` (int_village__place_week) to a record of a week that names a code on a day. -#}
{% macro is_in_place(record, day, place='place') -%}
    {{ record }}.week_start = {{ place }}.week_start
    and {{ record }}.village_code = {{ place }}.village_code
    and ({{ place }}.from_on is null or {{ record }}.{{ day }} >= {{ place }}.from_on)
    and ({{ place }}.until_on is null or {{ record }}.{{ day }} < {{ place }}.until_on)
{%- endmacro %}

{#- Joins `village` (int_village__week) to records of a week that name the code of a village listed in it. Only for what is
    said of the village as it is: a record of a day goes through is_in_place. -#}
{% macro in_listed_village(records) -%}
    inner join {{ ref('int_village__week') }} as village
        on
            {{ records }}.week_start = village.week_start
            and {{ records }}.village_code = village.village_code
{%- endmacro %}
