with handled as (
    {{ at_run_week('int_warning__handling_week') }}
),

outcome as (
    select
        warning.rule_id,
        warning.weeks_open,
        warning.state,
        warning.handling,
        warning.relapse_of,
        coalesce(handled.is_confirmed, false) as is_confirmed,
        coalesce(handled.is_answered_unfounded, false) as is_answered_unfounded
    from {{ ref('warning') }} as warning
    left join handled on warning.warning_id = handled.warning_id
),

-- the newest version that has begun
rule as (
    select
        seed.*,
        row_number() over (partition by seed.rule_id order by seed.valid_from desc) as newest_no
    from {{ ref('warning_rules') }} as seed
    inner join {{ source('landing', 'run') }} as run on seed.valid_from <= run.as_of
)

select
    rule.rule_id,
    cast(rule.version as integer) as version,
    rule.is_on,
    cast(count(outcome.rule_id) as integer) as fired,
    cast(count(case when outcome.state <> 'cleared' then 1 end) as integer) as still_open,
    cast(count(case when outcome.is_confirmed then 1 end) as integer) as confirmed,
    cast(count(case when outcome.is_answered_unfounded then 1 end) as integer) as unfounded,
    cast(count(case when outcome.handling in ('closed', 'look_back_due', 'archived') then 1 end) as integer) as closed,
    cast(count(outcome.relapse_of) as integer) as relapses,
    cast(avg(outcome.weeks_open) as double) as mean_weeks,
    cast(median(outcome.weeks_open) as double) as median_weeks,
    rule.restricted
from rule
left join outcome on rule.rule_id = outcome.rule_id
where rule.newest_no = 1
group by rule.rule_id, rule.version, rule.is_on, rule.restricted
