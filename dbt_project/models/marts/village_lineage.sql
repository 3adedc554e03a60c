with lineage as (
    select
        lineage.*,
        run.as_of
    from {{ source('identity', 'village_lineage') }} as lineage
    cross join {{ source('landing', 'run') }} as run
    where lineage.effective_on <= run.as_of
),

village as (
    {{ at_run_week('int_village__week') }}
),

-- the newest name by the run's date
called as (
    select
        village_id,
        value_name as village_name,
        row_number() over (partition by village_id order by valid_from desc nulls last) as newest_no
    from {{ source('identity', 'village_history') }}
    cross join {{ source('landing', 'run') }} as run
    where attribute = 'name' and (valid_from is null or valid_from <= run.as_of)
),

judged as (
    select
        lineage.*,
        village.village_id is not null as is_current,
        sum(case when village.village_id is not null then 1 else 0 end) over (partition by lineage.from_id) as current_heirs
    from lineage
    left join village on lineage.to_id = village.village_id
)

select
    judged.from_id,
    earlier.village_name as from_name,
    judged.to_id,
    later.village_name as to_name,
    judged.steps,
    judged.kind,
    judged.effective_on,
    judged.share,
    judged.document_no,
    judged.is_current,
    -- the sum of all that went into a village compares with it; a part of a village compares with nothing
    judged.is_current and judged.current_heirs = 1 as is_like_for_like,
    judged.as_of
from judged
left join called as earlier on judged.from_id = earlier.village_id and earlier.newest_no = 1
left join called as later on judged.to_id = later.village_id and later.newest_no = 1
