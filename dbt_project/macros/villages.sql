{#- Which village a record belongs to. Codes are reused and abolished: only code and day together say it. -#}

{#- The condition that joins `place` (int_village__place_week) to a record of a week that names a code on a day. -#}
{% macro is_in_place(record, day, place='place') -%}
    {{ record }}.week_start = {{ place }}.week_start
    and {{ record }}.village_code = {{ place }}.village_code
    and ({{ place }}.from_on is null or {{ record }}.{{ day }} >= {{ place }}.from_on)
    and ({{ place }}.until_on is null or {{ record }}.{{ day }} < {{ place }}.until_on)
{%- endmacro %}
