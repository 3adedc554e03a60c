{#- What was known at the end of a week. Every model that looks at a dataset goes through one of these two. -#}

{#- Rows of a snapshot dataset: those of the newest accepted delivery in force in each week; of one that comes in parts, of
    each delivery in force the rows of the parts for which it is. -#}
{% macro snapshot_by_week(staging_model) -%}
    {%- set part_column = part_column(staging_model) -%}
    select
        in_force.week_start,
        in_force.week_end,
        snapshot_row.*
    from {{ ref('int_delivery__in_force_week') }} as in_force
    inner join {{ ref(staging_model) }} as snapshot_row
        on
            in_force.delivery_id = snapshot_row.delivery_id
            {%- if part_column %}
            and (in_force.part is null or in_force.part = substr(snapshot_row.{{ part_column }}, 1, {{ part_digits() }}))
            {%- endif %}
    where
        in_force.department = '{{ staging_model[4:].split('__')[0] }}'
        and in_force.dataset = '{{ staging_model.split('__')[1] }}'
{%- endmacro %}

{#- Rows of an events dataset: of each key the newest version delivered by the end of each week. -#}
{% macro events_by_week(staging_model, keys) -%}
    select
        calendar.week_start,
        calendar.week_end,
        event_version.*
    from {{ ref('int_calendar__week') }} as calendar
    inner join (
        select
            event_row.*,
            lead(event_row.delivered_at) over (
                partition by {% for key in keys %}event_row.{{ key }}{{ ", " if not loop.last }}{% endfor %}
                order by accepted.delivery_no, event_row.row_no
            ) as superseded_at
        from {{ ref(staging_model) }} as event_row
        inner join {{ ref('int_delivery__accepted') }} as accepted
            on event_row.delivery_id = accepted.delivery_id
        where
            accepted.department = '{{ staging_model[4:].split('__')[0] }}'
            and accepted.dataset = '{{ staging_model.split('__')[1] }}'
    ) as event_version
        on
            calendar.week_end >= event_version.delivered_at
            and (event_version.superseded_at is null or calendar.week_end < event_version.superseded_at)
{%- endmacro %}

{#- What a weekly model says of the run's own week. -#}
{% macro at_run_week(weekly_model) -%}
    select weekly.*
    from {{ ref(weekly_model) }} as weekly
    inner join {{ source('landing', 'run') }} as run on weekly.week_start = run.week
{%- endmacro %}
