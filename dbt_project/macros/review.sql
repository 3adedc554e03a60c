{#- What the models of the joint review share. Which rules there are, and how long anything lasts, is data: the seeds
    eligibility_rules and disposition_periods. -#}

{#- Last day of a period of n calendar months that begins on a day: the same day n months later (where that month has no
    such day, its last one), less one. -#}
{% macro last_day_of_months(first_day, months) -%}
    {{ engine_date_add_days(engine_date_add_months(first_day, months), -1) }}
{%- endmacro %}
