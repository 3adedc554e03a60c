{#- Position codes: the first letter says which body (P party, C committee, S supervision, E collective economy). -#}

{% macro body_of_position(position) -%}
    case substr({{ position }}, 1, 1)
        when 'P' then 'party'
        when 'C' then 'committee'
        when 'S' then 'supervision'
        when 'E' then 'economy'
    end
{%- endmacro %}

{#- The party secretary, and the chair of the village or residents' committee. -#}
{% macro secretary() -%}'P1'{%- endmacro %}
{% macro chair() -%}'C1'{%- endmacro %}
