{#- A rule on the talks before an election: how much of `whole` was talked to, in percent, rounded down so that what is
    below a bound stays below it. Asked only once the step of the talks is due, for before that nothing is late. -#}
{% macro interview_rule(talked, whole, who_zh) -%}
with due as (
    select distinct
        week_start,
        village_id
    from {{ ref('int_election__step_week') }}
    where
        step_code = 'P09'
        and is_due
)

select
    profile.week_start,
    'village' as subject_type,
    profile.village_id as subject_id,
    profile.village_id,
    cast(
        cast(
            (profile.{{ talked }} * 10000 - profile.{{ talked }} * 10000 % profile.{{ whole }}) / profile.{{ whole }}
            as bigint
        ) as decimal(18, 2)
    ) / 100 as measured,
    '{{ who_zh }}' || cast(profile.{{ whole }} as varchar) || '人，已谈话' || cast(profile.{{ talked }} as varchar)
    || '人' as detail_zh,
    'questionnaire' as department,
    'village_profile' as dataset,
    profile.delivery_id,
    profile.row_no
from {{ ref('int_village__profile_week') }} as profile
inner join due
    on
        profile.week_start = due.week_start
        and profile.village_id = due.village_id
where
    profile.{{ whole }} > 0
    and profile.{{ talked }} is not null
{%- endmacro %}

{#- A rule on what today's team is given: the members whose newest record meets a condition, counted, each evidence. It
    speaks of nobody by name and of no amount. -#}
{% macro support_rule(condition, detail_zh) -%}
select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(count(*) over (partition by week_start, village_id) as decimal(18, 2)) as measured,
    '{{ detail_zh }}' as detail_zh,
    'organisation' as department,
    'staff_support' as dataset,
    delivery_id,
    row_no
from {{ ref('int_team__support_week') }}
where {{ condition }}
{%- endmacro %}
