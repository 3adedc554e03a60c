{#- What the warning engine and the rules share. Thresholds do not belong here: they are rows of the seed
    warning_rules. Functions that engines spell differently belong in macros/engine. -#}

{#- Whether a measured value meets a stored threshold. Without operator or threshold the answer is no. -#}
{% macro compare(measured, operator, threshold) -%}
    coalesce(
        case {{ operator }}
            when '>' then {{ measured }} > {{ threshold }}
            when '>=' then {{ measured }} >= {{ threshold }}
            when '<' then {{ measured }} < {{ threshold }}
            when '<=' then {{ measured }} <= {{ threshold }}
            when '=' then {{ measured }} = {{ threshold }}
        end,
        false
    )
{%- endmacro %}

{#- The evidence of every rule, one row per record behind it. -#}
{% macro union_rules() -%}
    {%- for model in rule_models() %}
    select
        '{{ model[5:] }}' as rule_id,
        week_start,
        subject_type,
        subject_id,
        village_id,
        measured,
        detail_zh,
        department,
        dataset,
        delivery_id,
        row_no
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- A count of matters in words: a small one is only said to exist, so that nobody can tell who it was. -#}
{% macro count_zh(number, small_cell, unit) -%}
    case
        when {{ number }} < {{ small_cell }} then '有'
        else cast({{ number }} as varchar) || '{{ unit }}'
    end
{%- endmacro %}

{#- Days in words, as whole weeks: the days of a single matter would tell the day on which it was registered. -#}
{% macro weeks_zh(days) -%}
    case
        when {{ days }} < 7 then '不满1周'
        else cast(cast(floor({{ days }} / 7) as integer) as varchar) || '周以上'
    end
{%- endmacro %}

{#- The steps by which somebody handles a warning; whoever took one does not check it. A check and a look-back are none. -#}
{% macro handling_steps() -%}
    ('take_in_hand', 'extend', 'ask_closing', 'unfounded', 'confirmed')
{%- endmacro %}

{#- The colour of a severity: 0 green, 1 yellow, 2 red. -#}
{% macro colour_name(severity) -%}
    case {{ severity }} when 2 then 'red' when 1 then 'yellow' else 'green' end
{%- endmacro %}
