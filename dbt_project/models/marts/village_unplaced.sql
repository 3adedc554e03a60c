-- nothing is lost: records of events whose village nobody can say are in no file, and are counted here
with petition as (
    {{ events_by_week('stg_petition__matters', ['matter_key']) }}
),

ballot as (
    {{ events_by_week('stg_civil_affairs__ballots', ['village_code', 'body', 'round_no']) }}
),

place as (
    select *
    from {{ ref('int_village__place_week') }}
    where why_not is not null
),

record as (
    select
        'petition' as department,
        'matters' as dataset,
        place.week_start,
        place.village_code,
        place.why_not
    from petition
    inner join place
        on {{ is_in_place('petition', 'registered_on') }}
    where petition.category <> 'accusation'
    union all
    select
        'civil_affairs' as department,
        'ballots' as dataset,
        place.week_start,
        place.village_code,
        place.why_not
    from ballot
    inner join place
        on {{ is_in_place('ballot', 'voted_on') }}
)

select
    record.department,
    record.dataset,
    record.village_code,
    record.why_not,
    count(*) as records,
    run.as_of
from record
inner join {{ source('landing', 'run') }} as run on record.week_start = run.week
group by record.department, record.dataset, record.village_code, record.why_not, run.as_of
