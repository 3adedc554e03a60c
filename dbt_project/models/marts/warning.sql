with run_week as (
    select
        week,
        as_of,
        county_name
    from {{ source('landing', 'run') }}
),

latest as (
    select *
    from {{ ref('int_warning__course_week') }}
    where
        week_start = last_week
        and state <> 'cleared'
),

-- how far the handling has come by now, also of what is long gone
handled as (
    {{ at_run_week('int_warning__handling_week') }}
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
        latest.last_week < run_week.week as is_gone,
        run_week.week as run_week,
        run_week.as_of,
        relapse.warning_id as relapsed_into,
        handled.handling as handling_now,
        handled.handling_since as handling_since_now,
        handled.handler_code as handler_code_now,
        handled.measure_zh as measure_zh_now,
        handled.promised_on as promised_on_now,
        handled.closed_on as closed_on_now,
        handled.look_back_due_on as look_back_due_on_now,
        case latest.owner_type
            when 'department' then coalesce(pairing.department_name, village.managing_unit_name)
            when 'township' then village.managing_unit_name
            when 'supplier' then coalesce(feed.owner_zh, run_week.county_name || '换届办')
            else run_week.county_name || '换届办'
        end as owner_zh,
        coalesce(evidence_total.evidence_count, 0) as evidence_count
    from latest
    cross join run_week
    left join handled on latest.warning_id = handled.warning_id
    left join {{ ref('int_warning__relapse') }} as relapse on latest.warning_id = relapse.relapse_of
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
        when is_gone then 'cleared'
        when first_week = run_week then 'new'
        else 'continuing'
    end as state,
    case when is_gone then 'cleared' else appeared end as appeared,
    colour,
    colour_since,
    cast(measured as decimal(18, 2)) as measured,
    operator,
    cast(threshold as decimal(18, 2)) as threshold,
    detail_zh,
    owner_type,
    owner_zh,
    act_by,
    evidence_count,
    relapse_of,
    relapsed_into,
    case when relapsed_into is not null then 'relapsed' else coalesce(handling_now, 'none') end as handling,
    handling_since_now as handling_since,
    handler_code_now as handler_code,
    measure_zh_now as measure_zh,
    promised_on_now as promised_on,
    case when is_gone then 0 else cast(days_overdue as integer) end as days_overdue,
    case when is_gone then colour else level end as level,
    not is_gone and is_talk_proposed as is_talk_proposed,
    closed_on_now as closed_on,
    look_back_due_on_now as look_back_due_on,
    not is_gone and is_closed_but_measured as is_closed_but_measured,
    restricted,
    as_of
from owned
