{#- Rates. Rules and comparisons use the exact ratio; only a display rounds, half up. -#}

{#- The exact ratio of two columns; none where there is nothing to divide by. -#}
{% macro exact_ratio(numerator, denominator) -%}
    case
        when {{ denominator }} <> 0 then cast({{ numerator }} as double) / cast({{ denominator }} as double)
    end
{%- endmacro %}

{#- Numerator ÷ denominator × factor, rounded half up to so many decimals without leaving whole numbers first. -#}
{% macro rounded_ratio(numerator, denominator, decimals=1, factor=100) -%}
    {%- set scale = factor * 10 ** decimals -%}
    case
        when {{ denominator }} <> 0
            then
                floor(({{ numerator }} * {{ 2 * scale }} + {{ denominator }}) / (2 * {{ denominator }}))
                / {{ 10 ** decimals }}
    end
{%- endmacro %}

{#- Whole years of age on a day, by the month of birth. -#}
{% macro age_on(birth_month, day) -%}
    extract(year from {{ day }}) - extract(year from {{ birth_month }})
    - case when extract(month from {{ day }}) < extract(month from {{ birth_month }}) then 1 else 0 end
{%- endmacro %}

{#- Graduated from junior college or above (GB/T 4658); completed or unfinished studies do not count. -#}
{% macro is_college(education) -%}
    {{ education }} in ('11', '14', '17', '21', '28', '31')
{%- endmacro %}
