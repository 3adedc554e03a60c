select
    history.village_id,
    history.attribute,
    history.value_code,
    history.value_name,
    history.valid_from,
    history.valid_to,
    run.as_of
from {{ source('identity', 'village_history') }} as history
cross join {{ source('landing', 'run') }} as run
where history.valid_from is null or history.valid_from <= run.as_of
