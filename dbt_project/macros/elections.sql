{#- Rules of elections: which row of the rule data applies, and exact shares. The numbers are rows of the seeds
    ballot_tests and step_deadlines, never written here. -#}

{#- Whether a dated rule of a jurisdiction (a prefix of the village code; empty is the whole country) applies on a day. -#}
{% macro applies_in(rule, village_code, day) -%}
    ({{ rule }}.jurisdiction is null or {{ village_code }} like {{ rule }}.jurisdiction || '%')
    and {{ day }} >= {{ rule }}.valid_from
    and ({{ rule }}.valid_to is null or {{ day }} <= {{ rule }}.valid_to)
{%- endmacro %}

{#- The narrower jurisdiction goes first: of prefixes of one code the longer one sorts behind the shorter. -#}
{% macro nearest_rule_first(rule) -%}
    coalesce({{ rule }}.jurisdiction, '') desc
{%- endmacro %}

{#- Whether a ballot test's rule is about a ballot: body, type of village and kind, empty meaning any; decided by the day of
    the ballot. -#}
{% macro tests_ballot(rule, ballot) -%}
    ({{ rule }}.body is null or {{ rule }}.body = {{ ballot }}.body)
    and ({{ rule }}.village_type is null or {{ rule }}.village_type = coalesce({{ ballot }}.village_type, 'village'))
    and ({{ rule }}.ballot_kind is null or {{ rule }}.ballot_kind = {{ ballot }}.ballot_kind)
    and {{ applies_in(rule, ballot ~ '.village_code', ballot ~ '.voted_on') }}
{%- endmacro %}

{#- Whether measured reaches (or stays within) a share of a base, in whole numbers: 40 of 50 is four fifths exactly. -#}
{% macro meets_share(measured, base, rule) -%}
    {{ compare(
        measured ~ ' * ' ~ rule ~ '.share_denominator',
        rule ~ '.operator',
        base ~ ' * ' ~ rule ~ '.share_numerator'
    ) }}
{%- endmacro %}

{#- The whole number that just meets the share: for > the next one above it, for >= the share itself rounded up, for <=
    the share rounded down. -#}
{% macro number_needed(base, rule) -%}
    {%- set share = '(' ~ base ~ ' * ' ~ rule ~ '.share_numerator)' -%}
    {%- set parts = rule ~ '.share_denominator' -%}
    cast(
        ({{ share }} - {{ share }} % {{ parts }}) / {{ parts }}
        + case
            when {{ rule }}.operator = '>' then 1
            when {{ rule }}.operator = '>=' and {{ share }} % {{ parts }} > 0 then 1
            else 0
        end as bigint
    )
{%- endmacro %}

{#- The steps on which the two bodies vote: their day is the election day of the body. -#}
{% macro vote_steps() -%}('P16', 'C25'){%- endmacro %}

{#- A step's body by the letter of its code, as with positions. -#}
{% macro body_of_step(step_code) -%}{{ body_of_position(step_code) }}{%- endmacro %}

{#- The figure of a ballot that a rule names as what it measures or as its base. -#}
{% macro ballot_figure(name, ballot, figures) -%}
    case {{ name }}
        {%- for figure in figures %}
        when '{{ figure }}' then {{ ballot }}.{{ figure }}
        {%- endfor %}
    end
{%- endmacro %}
