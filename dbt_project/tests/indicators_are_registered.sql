-- An indicator is three things: models/indicators/ind_<id>.sql, a row of seeds/indicators.csv, a line in indicator_ids().
{%- set modelled = [] -%}
{%- if execute -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.name.startswith('ind_') -%}
        {%- do modelled.append(node.name[4:]) -%}
    {%- endfor -%}
{%- endif %}
with modelled as (
    select indicator_id
    from (values (''){% for id in modelled %}, ('{{ id }}'){% endfor %}) as list (indicator_id)
    where indicator_id <> ''
),

engine as (
    select indicator_id
    from (values (''){% for id in indicator_ids() %}, ('{{ id }}'){% endfor %}) as list (indicator_id)
    where indicator_id <> ''
),

every as (
    select indicator_id from modelled
    union
    select indicator_id from engine
    union
    select indicator_id from {{ ref('indicators') }}
)

select
    every.indicator_id,
    case
        when modelled.indicator_id is null then 'no model ind_' || every.indicator_id
        when seed.indicator_id is null then 'no row in seeds/indicators.csv'
        else 'not in the macro indicator_ids'
    end as missing
from every
left join modelled on every.indicator_id = modelled.indicator_id
left join engine on every.indicator_id = engine.indicator_id
left join (select distinct indicator_id from {{ ref('indicators') }}) as seed
    on every.indicator_id = seed.indicator_id
where modelled.indicator_id is null or engine.indicator_id is null or seed.indicator_id is null
