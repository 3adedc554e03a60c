{#- What the rectification of weak villages shares. Thresholds do not belong here: they are rows of parameters and
    warning_rules. -#}

{#- The rows of one of its ledgers in each week, newest version per key, at the village that their code and
    day mean. The newest round is that of the ledger: the next selection may have begun while a round is still at work. -#}
{% macro rectification_ledger(dataset, keys, day) -%}
    select
        reported.*,
        place.village_id,
        reported.round_no = max(reported.round_no) over (partition by reported.week_start) as is_newest_round
    from ({{ events_by_week('stg_organisation__rectification_' ~ dataset, keys) }}) as reported
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('reported', day) }}
    where place.village_id is not null
{%- endmacro %}

{#- A share of the newest round's selection: villages at one stage, of those at an earlier one. -#}
{% macro selection_share(part, whole) -%}
    with figures as (
        select
            week_start,
            village_id,
            case when {{ part }} and {{ whole }} then 1 else 0 end as numerator,
            case when {{ whole }} then 1 else 0 end as denominator
        from {{ ref('int_rectification__selection_week') }}
        where is_newest_round
    )

    {{ for_every_village('figures') }}
{%- endmacro %}
