select
    run.week as week_start,
    {{ engine_date_add_days('run.week', -7) }} as compared_week,
    published.build_id is not null as is_compared,
    published.build_id as compared_build_id,
    coalesce(published.rules_changed, false) as rules_changed,
    coalesce(published.code_changed, false) as code_changed,
    run.as_of
from {{ source('landing', 'run') }} as run
left join {{ source('landing', 'published') }} as published on true
