{#- The records that a village's file and its people's tables are made of. -#}
{%- set models = [
    'int_village__week', 'int_village__pairing_week', 'int_village__profile_week', 'int_village__fund_week',
    'int_election__step_week', 'int_election__ballot_week', 'int_person__tenure_week', 'int_person__candidacy_week',
    'int_team__reserve_week', 'int_team__support_week', 'int_team__promotion_week', 'int_team__appraisal_week',
    'int_team__programme_week', 'int_preparation__work_week', 'int_preparation__visit_week',
    'int_preparation__nominee_week',
] -%}

with figures as (
    select
        week_start,
        village_id,
        count(*) as numerator,
        0 as denominator
    from (
        {%- for model in models %}
        select
            week_start,
            village_id
        from {{ ref(model) }}
        {% if not loop.last %}union all{% endif %}
        {%- endfor %}
    ) as record
    group by week_start, village_id
)

{{ for_every_village('figures') }}
