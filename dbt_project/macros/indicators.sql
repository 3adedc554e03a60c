{#- What indicator models share. Which models there are: macros/model_lists.sql, generated. -#}

{#- Every active village of every week with an indicator's figures from a relation that has them for some villages. -#}
{% macro for_every_village(figures) -%}
    select
        village.week_start,
        village.village_id,
        cast(coalesce({{ figures }}.numerator, 0) as decimal(18, 2)) as numerator,
        cast(coalesce({{ figures }}.denominator, 0) as decimal(18, 2)) as denominator
    from {{ ref('int_village__week') }} as village
    left join {{ figures }}
        on
            village.week_start = {{ figures }}.week_start
            and village.village_id = {{ figures }}.village_id
{%- endmacro %}

{#- An indicator that adds something up over the rows of a weekly model; a count has no denominator. -#}
{% macro added_up(model, numerator, denominator='0', where='true') -%}
    with figures as (
        select
            week_start,
            village_id,
            sum({{ numerator }}) as numerator,
            sum({{ denominator }}) as denominator
        from {{ ref(model) }}
        where {{ where }}
        group by week_start, village_id
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- 1 where a condition holds, to be added up. -#}
{% macro one_if(condition) -%}
    case when {{ condition }} then 1 else 0 end
{%- endmacro %}

{#- Success at the first ballot: valid, all seats filled, no later ballot; of the villages that held it. -#}
{% macro one_shot_success(body) -%}
    with figures as (
        select
            week_start,
            village_id,
            case
                when
                    max(round_no) = 1
                    and min(case when ballot_kind = 'first' and is_valid and elected >= seats then 1 else 0 end) = 1
                    then 1
                else 0
            end as numerator,
            max(case when ballot_kind = 'first' then 1 else 0 end) as denominator
        from {{ ref('int_election__ballot_week') }}
        where body = '{{ body }}'
        group by week_start, village_id
        having max(case when ballot_kind = 'first' then 1 else 0 end) = 1
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- Who came to the first ballot, of those entitled to. Voters, household and group representatives are three
    denominators and are never added; a ballot that names no mode is one of all voters. -#}
{% macro turnout(body, mode='all_voters') -%}
    {{ added_up(
        'int_election__ballot_week', 'attended', 'registered',
        "body = '" ~ body ~ "' and ballot_kind = 'first' and coalesce(election_mode, 'all_voters') = '" ~ mode ~ "'"
    ) }}
{%- endmacro %}

{#- Villages that needed one more ballot of a kind, of those that held the first one; either body counts. -#}
{% macro later_ballot(kind) -%}
    with figures as (
        select
            week_start,
            village_id,
            max(case when ballot_kind = '{{ kind }}' then 1 else 0 end) as numerator,
            max(case when ballot_kind = 'first' then 1 else 0 end) as denominator
        from {{ ref('int_election__ballot_week') }}
        group by week_start, village_id
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- A part of a whole of the registration of voters; nothing where either has not been reported. -#}
{% macro registration_share(part, whole) -%}
    {{ added_up('int_election__registration_week', part, whole, part ~ ' is not null and ' ~ whole ~ ' is not null') }}
{%- endmacro %}
