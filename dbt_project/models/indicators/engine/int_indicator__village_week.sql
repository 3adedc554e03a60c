{%- for model in indicator_models() %}
select
    week_start,
    '{{ model | replace("ind_", "", 1) }}' as indicator_id,
    village_id,
    numerator,
    denominator
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
