-- An indicator is a model ind_<id> and a row of the seed; neither goes without the other.
with modelled as (
    select indicator_id
    from (
        values
        {%- for model in indicator_models() %}
        ('{{ model | replace("ind_", "", 1) }}'){{ "," if not loop.last }}
        {%- endfor %}
    ) as list (indicator_id)
)

select
    coalesce(modelled.indicator_id, seed.indicator_id) as indicator_id,
    case when modelled.indicator_id is null then 'no model' else 'no row in seeds/indicators.csv' end as missing
from modelled
full outer join (select distinct indicator_id from {{ ref('indicators') }}) as seed
    on modelled.indicator_id = seed.indicator_id
where modelled.indicator_id is null or seed.indicator_id is null
