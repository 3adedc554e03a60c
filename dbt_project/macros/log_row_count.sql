{#- Tells whoever runs dbt how many rows a relation has. Dagster reads the line (pipelines/assets/warehouse.py): it cannot
    count itself before dbt has ended, because DuckDB lets one process into a file. -#}
{% macro log_row_count() -%}
    {%- if execute -%}
        {%- set rows = run_query('select count(*) as row_count from ' ~ this).columns[0].values()[0] -%}
        {{- log('row_count ' ~ model.unique_id ~ ' ' ~ rows, info=true) -}}
    {%- endif -%}
{%- endmacro %}
