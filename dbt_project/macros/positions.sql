{#- Position codes: the first letter says which body (P party, C committee, S supervision, E collective economy). -#}

{% macro body_of_position(position) -%}
    case substr({{ position }}, 1, 1)
        when 'P' then 'party'
        when 'C' then 'committee'
        when 'S' then 'supervision'
        when 'E' then 'economy'
    end
{%- endmacro %}

{#- The party secretary, the chair of the village or residents' committee, and the head of the collective economy. -#}
{% macro secretary() -%}'P1'{%- endmacro %}
{% macro chair() -%}'C1'{%- endmacro %}
{% macro economy_head() -%}'E1'{%- endmacro %}
