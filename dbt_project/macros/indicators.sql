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

{#- Things that several villages share (a department, a township), each counted in its village with the lowest code, so that
    the county's sum is their number. -#}
{% macro counted_once(model, thing) -%}
    with held as (
        select
            holder.week_start,
            holder.{{ thing }},
            min(village.village_code) as village_code
        from {{ ref(model) }} as holder
        inner join {{ ref('int_village__week') }} as village
            on
                holder.week_start = village.week_start
                and holder.village_id = village.village_id
        where holder.{{ thing }} is not null
        group by holder.week_start, holder.{{ thing }}
    ),

    figures as (
        select
            held.week_start,
            village.village_id,
            count(*) as numerator,
            0 as denominator
        from held
        inner join {{ ref('int_village__week') }} as village
            on
                held.week_start = village.week_start
                and held.village_code = village.village_code
        group by held.week_start, village.village_id
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- Of today's team (or of those in it who are `who`), those of whom a model has a record of a kind. -#}
{% macro member_with(model, kind, who='true', share=true) -%}
    with recorded as (
        select distinct
            week_start,
            village_id,
            person_id
        from {{ ref(model) }}
        where {{ kind }}
    ),

    figures as (
        select
            member.week_start,
            member.village_id,
            count(recorded.person_id) as numerator,
            {{ 'count(*)' if share else '0' }} as denominator
        from {{ ref('int_team__member_week') }} as member
        left join recorded
            on
                member.week_start = recorded.week_start
                and member.village_id = recorded.village_id
                and member.person_id = recorded.person_id
        where member.terms_ago = 0 and {{ who }}
        group by member.week_start, member.village_id
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

{#- Villages where one person holds all of some posts, of those where each of them is filled. One person is one person_id:
    two people of one name are two. -#}
{% macro one_person_holds(positions) -%}
    with holder as (
        select
            week_start,
            village_id,
            person_id,
            {%- for position in positions %}
            max(case when position = {{ position }} then 1 else 0 end) as holds_{{ loop.index }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ ref('int_person__post_week') }}
        where position in ({{ positions | join(', ') }})
        group by week_start, village_id, person_id
    ),

    figures as (
        select
            week_start,
            village_id,
            max({% for _ in positions %}holds_{{ loop.index }}{{ " * " if not loop.last }}{% endfor %}) as numerator,
            {% for _ in positions %}max(holds_{{ loop.index }}){{ " * " if not loop.last }}{% endfor %} as denominator
        from holder
        group by week_start, village_id
    )

    {{ for_every_village('figures') }}
{%- endmacro %}

{#- Petition matters of the year that the week ends in. -#}
{% macro registered_this_year() -%}
    extract(year from registered_on) = extract(year from week_end)
{%- endmacro %}
