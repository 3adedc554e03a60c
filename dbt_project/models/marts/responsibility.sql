with village as (
    select village_week.*
    from {{ ref('int_village__week') }} as village_week
    inner join {{ ref('int_calendar__week') }} as calendar
        on
            village_week.week_start = calendar.week_start
            and calendar.is_run_week
),

recipient as (
    select
        'county' as recipient_id,
        'county' as recipient_type,
        run.county_name as recipient_name,
        village.village_id
    from village
    cross join {{ source('landing', 'run') }} as run
    union all
    -- the group that examines what the joint review has marked, for the whole county
    select
        'review_group' as recipient_id,
        'review_group' as recipient_type,
        run.county_name || '联审组' as recipient_name,
        village.village_id
    from village
    cross join {{ source('landing', 'run') }} as run
    union all
    select
        'township:' || managing_unit_code as recipient_id,
        'township' as recipient_type,
        managing_unit_name as recipient_name,
        village_id
    from village
    union all
    select
        'department:' || pairing.department_code as recipient_id,
        'department' as recipient_type,
        pairing.department_name as recipient_name,
        village.village_id
    from village
    inner join {{ ref('int_village__pairing_week') }} as pairing
        on
            village.week_start = pairing.week_start
            and village.village_id = pairing.village_id
)

-- one name for one recipient, however the senders spell it
select
    recipient_id,
    recipient_type,
    min(recipient_name) over (partition by recipient_id) as recipient_name,
    village_id
from recipient
