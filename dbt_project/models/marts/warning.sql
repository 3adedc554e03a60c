with latest as (
    select *
    from {{ ref('int_warning__episode_week') }}
    where week_start = last_week
),

evidence_total as (
    select
        warning_id,
        count(*) as evidence_count
    from {{ ref('warning_evidence') }}
    group by warning_id
),

owned as (
    select
        latest.*,
        run.week as run_week,
        run.as_of,
        rule.owner_type,
        case latest.colour when 'red' then rule.days_to_act_red else rule.days_to_act_yellow end as days_to_act,
        case rule.owner_type
            when 'department' then coalesce(pairing.department_name, village.managing_unit_name)
            when 'township' then village.managing_unit_name
            when 'supplier' then feed.owner_zh
            else run.county_name || '换届办'
        end as owner_zh,
        coalesce(evidence_total.evidence_count, 0) as evidence_count
    from latest
    cross join {{ source('landing', 'run') }} as run
    inner join {{ ref('int_warning__rule_week') }} as rule
        on
            latest.week_start = rule.week_start
            and latest.rule_id = rule.rule_id
    left join {{ ref('int_village__week') }} as village
        on
            latest.week_start = village.week_start
            and latest.village_id = village.village_id
    left join {{ ref('int_village__pairing_week') }} as pairing
        on
            latest.week_start = pairing.week_start
            and latest.village_id = pairing.village_id
    left join {{ ref('int_delivery__feed_week') }} as feed
        on
            latest.subject_type = 'dataset'
            and latest.week_start = feed.week_start
            and latest.subject_id = feed.department || '__' || feed.dataset
    left join evidence_total on latest.warning_id = evidence_total.warning_id
)

select
    warning_id,
    rule_id,
    subject_type,
    subject_id,
    village_id,
    first_week,
    last_week,
    cast(weeks_open as integer) as weeks_open,
    case
        when last_week < run_week then 'cleared'
        when first_week = run_week then 'new'
        else 'continuing'
    end as state,
    colour,
    cast(measured as decimal(18, 2)) as measured,
    cast(threshold as decimal(18, 2)) as threshold,
    detail_zh,
    owner_type,
    owner_zh,
    {{ engine_date_add_days('colour_since', 'days_to_act') }} as act_by,
    evidence_count,
    restricted,
    as_of
from owned
