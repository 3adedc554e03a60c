{#- Text functions that engines spell differently. Only such functions belong in this folder; rules, columns and
    thresholds do not. The default is the embedded engine's form, written so that it transpiles to Spark. -#}

{#- One text out of many rows, in a stated order. `separator` is plain text, not SQL. -#}
{%- macro engine_string_agg(expr, order_by, separator='、') -%}
    {{- return(adapter.dispatch('engine_string_agg')(expr, order_by, separator)) -}}
{%- endmacro -%}

{%- macro default__engine_string_agg(expr, order_by, separator) -%}
    string_agg({{ expr }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro -%}

{%- macro spark__engine_string_agg(expr, order_by, separator) -%}
    listagg({{ expr }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro -%}

{#- The MD5 of a text, 32 lower-case hexadecimal digits. Used for stable ids only, never to hide anything. -#}
{%- macro engine_md5(expr) -%}
    {{- return(adapter.dispatch('engine_md5')(expr)) -}}
{%- endmacro -%}

{%- macro default__engine_md5(expr) -%}
    md5({{ expr }})
{%- endmacro -%}

{#- Whether some part of a text is as a regular expression says. -#}
{%- macro engine_matches(expr, pattern) -%}
    {{- return(adapter.dispatch('engine_matches')(expr, pattern)) -}}
{%- endmacro -%}

{%- macro default__engine_matches(expr, pattern) -%}
    regexp_matches({{ expr }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro spark__engine_matches(expr, pattern) -%}
    {{ expr }} rlike r'{{ pattern }}'
{%- endmacro -%}
