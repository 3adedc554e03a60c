{#- Date arithmetic that engines spell differently. Only such functions belong in this folder; rules, columns and
    thresholds do not. The default is the embedded engine's form, written so that it transpiles to Spark. -#}

{#- Whole days from a to b, that is b − a: the first day is not counted, the last one is. -#}
{%- macro engine_date_diff_days(a, b) -%}
    {{- return(adapter.dispatch('engine_date_diff_days')(a, b)) -}}
{%- endmacro -%}

{%- macro default__engine_date_diff_days(a, b) -%}
    date_diff('day', {{ a }}, {{ b }})
{%- endmacro -%}

{%- macro spark__engine_date_diff_days(a, b) -%}
    datediff({{ b }}, {{ a }})
{%- endmacro -%}

{#- The date n days after a (n may be negative, a literal or a column). -#}
{%- macro engine_date_add_days(a, n) -%}
    {{- return(adapter.dispatch('engine_date_add_days')(a, n)) -}}
{%- endmacro -%}

{%- macro default__engine_date_add_days(a, n) -%}
    cast({{ a }} + cast({{ n }} as integer) as date)
{%- endmacro -%}

{%- macro spark__engine_date_add_days(a, n) -%}
    date_add({{ a }}, cast({{ n }} as int))
{%- endmacro -%}

{#- The date n calendar months after a; where that month has no such day, its last day. -#}
{%- macro engine_date_add_months(a, n) -%}
    {{- return(adapter.dispatch('engine_date_add_months')(a, n)) -}}
{%- endmacro -%}

{%- macro default__engine_date_add_months(a, n) -%}
    cast({{ a }} + interval (cast({{ n }} as integer)) month as date)
{%- endmacro -%}

{%- macro spark__engine_date_add_months(a, n) -%}
    add_months({{ a }}, cast({{ n }} as int))
{%- endmacro -%}
