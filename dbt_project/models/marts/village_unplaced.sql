-- nothing is lost: records of events whose village nobody can say are in no file, and are counted here
{%- set rectification = 'organisation__rectification_' -%}
{%- set ledgers = [
    ('petition__matters', ['matter_key'], 'registered_on'),
    ('civil_affairs__ballots', ['village_code', 'body', 'round_no'], 'voted_on'),
    (rectification ~ 'selections', ['round_no', 'village_code', 'stage'], 'stage_on'),
    (rectification ~ 'problems', ['problem_no'], 'found_on'),
    (rectification ~ 'tasks', ['task_no'], 'planned_on'),
    (rectification ~ 'records', ['record_no'], 'recorded_on'),
    (
        rectification ~ 'assessments', ['round_no', 'village_code', 'assessed_on', 'item_kind', 'item_no'],
        'assessed_on',
    ),
] %}
with place as (
    select *
    from {{ ref('int_village__place_week') }}
    where why_not is not null
),

record as (
    {%- for name, keys, day in ledgers %}
    select
        '{{ name.split('__')[0] }}' as department,
        '{{ name.split('__')[1] }}' as dataset,
        place.week_start,
        place.village_code,
        place.why_not
    from ({{ events_by_week('stg_' ~ name, keys) }}) as reported
    inner join place
        on {{ is_in_place('reported', day) }}
    {%- if name == 'petition__matters' %}
    where reported.category <> 'accusation'
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
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
