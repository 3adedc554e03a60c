{#- What is counted of a team (int_team__member_week): who belongs to the population, and what is added up of each. Weekly
    indicators take today's team, the comparison of terms both. A count has no denominator. -#}

{#- Renders its caller's block for each measure (id, measure, whether it is the last), or for one. -#}
{% macro each_team_measure(only=none) -%}
    {%- set college = is_college('education') -%}
    {%- set measures = {
        'two_committee_members': {'who': 'true'},
        'party_committee_members': {'who': 'is_party'},
        'village_committee_members': {'who': 'is_committee'},
        'cross_posted_members': {'who': 'is_party and is_committee'},
        'full_time_members': {'who': 'is_full_time'},
        'secretaries': {'who': 'is_secretary'},
        'chairs': {'who': 'is_chair'},
        'dual_post_holders': {'who': 'is_secretary and is_chair'},
        'secretary_postgraduates': {'who': "is_secretary and education in ('11', '14', '17')"},
        'secretary_bachelors': {'who': "is_secretary and education in ('21', '28')"},
        'secretary_junior_college': {'who': "is_secretary and education = '31'"},
        'average_age': {'who': 'true', 'figure': 'age'},
        'secretary_average_age': {'who': 'is_secretary', 'figure': 'age'},
        'full_time_average_age': {'who': 'is_full_time', 'figure': 'age'},
        'college_share': {'who': 'true', 'figure': one_if(college)},
        'secretary_college_share': {'who': 'is_secretary', 'figure': one_if(college)},
        'full_time_college_share': {'who': 'is_full_time', 'figure': one_if(college)},
        'college_members': {'who': college},
        'secretary_female_share': {'who': 'is_secretary', 'figure': one_if("sex = '2'")},
        'female_share': {'who': 'true', 'figure': one_if("sex = '2'")},
        'party_member_share': {'who': 'true', 'figure': one_if("political_status = '01'")},
        'cross_posting_share_union': {'who': 'true', 'figure': one_if('is_party and is_committee')},
        'cross_posting_share_party': {'who': 'is_party', 'figure': one_if('is_committee')},
        'cross_posting_share_committee': {'who': 'is_committee', 'figure': one_if('is_party')},
        'talent_source_members': {'who': 'is_talent'},
        'talent_source_share': {'who': 'true', 'figure': one_if('is_talent')},
        'sent_secretaries': {'who': 'is_secretary and is_sent'},
        'sent_secretary_share': {'who': 'is_secretary', 'figure': one_if('is_sent')},
        'incoming_members': {'who': 'is_incoming'},
        'incoming_share': {'who': 'has_last_term', 'figure': one_if('is_incoming')},
    } -%}
    {%- for measure_id, measure in measures.items() if only is none or measure_id == only -%}
    {{ caller(measure_id, measure, loop.last) }}
    {%- endfor -%}
{%- endmacro %}

{#- Numerator and denominator of a measure, each to be added up over members. -#}
{% macro team_numerator(measure) -%}
    case when {{ measure.who }} then {{ measure.get('figure', '1') }} else 0 end
{%- endmacro %}
{% macro team_denominator(measure) -%}
    {% if 'figure' in measure %}case when {{ measure.who }} then 1 else 0 end{% else %}0{% endif %}
{%- endmacro %}

{#- The weekly indicator of a measure: of today's team. -#}
{% macro team_indicator(wanted) -%}
    {%- call(measure_id, measure, is_last) each_team_measure(wanted) -%}
    {{ added_up('int_team__member_week', team_numerator(measure), team_denominator(measure), 'terms_ago = 0') }}
    {%- endcall -%}
{%- endmacro %}

{#- Sources that count as talent brought home or sent: local talent on secondment, graduates returned or sent as officials. -#}
{% macro is_talent_source(member_source) -%}
    {{ member_source }} in ('local_talent', 'returned_graduate', 'graduate_official')
{%- endmacro %}
