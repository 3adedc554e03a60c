{#- How values are said in Chinese. Labels of codes come from the seed codes, never from here. -#}

{% macro yes_no(flag) -%}
    case when {{ flag }} then '是' when not {{ flag }} then '否' end
{%- endmacro %}

{#- A date as official documents write it. -#}
{% macro day_zh(day) -%}
    cast(year({{ day }}) as varchar) || '年' || cast(month({{ day }}) as varchar) || '月' || cast(day({{ day }}) as varchar) || '日'
{%- endmacro %}

{#- The codes of one table that are valid at the run's date. -#}
{% macro labels_of(code_table) -%}
    select
        code.code,
        code.label_zh
    from {{ ref('codes') }} as code
    inner join {{ source('landing', 'run') }} as run
        on
            run.as_of >= code.valid_from
            and (code.valid_to is null or run.as_of <= code.valid_to)
    where code.code_table = '{{ code_table }}'
{%- endmacro %}
