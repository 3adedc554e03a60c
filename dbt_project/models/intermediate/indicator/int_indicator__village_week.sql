{%- for indicator_id in indicator_ids() %}
select
    week_start,
    '{{ indicator_id }}' as indicator_id,
    village_id,
    numerator,
    denominator
from {{ ref('ind_' ~ indicator_id) }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
