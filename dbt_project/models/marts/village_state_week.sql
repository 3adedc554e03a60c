with rule_total as (
    select
        week_start,
        village_id,
        rule_id,
        restricted,
        max(case when colour = 'red' then 1 else 0 end) as has_red,
        sum(case when colour = 'red' then 1 else 0 end) as red_warnings,
        sum(case when colour = 'yellow' then 1 else 0 end) as yellow_warnings
    from {{ ref('int_warning__episode_week') }}
    where village_id is not null
    group by week_start, village_id, rule_id, restricted
),

village_total as (
    select
        week_start,
        village_id,
        max(has_red) as has_red,
        sum(red_warnings) as red_warnings,
        sum(yellow_warnings) as yellow_warnings,
        {{ engine_string_agg('rule_id', 'rule_id') }} as reasons
    from rule_total
    group by week_start, village_id
),

open_total as (
    select
        week_start,
        village_id,
        {{ engine_string_agg('rule_id', 'rule_id') }} as reasons_open
    from rule_total
    where not restricted
    group by week_start, village_id
),

-- the worst colour wins; a village without a warning is green
measured as (
    select
        village.week_start,
        calendar.week_no,
        village.village_id,
        parameter.clean_weeks_to_step_down,
        case
            when village_total.has_red = 1 then 2
            when village_total.village_id is not null then 1
            else 0
        end as severity,
        coalesce(village_total.red_warnings, 0) as red_warnings,
        coalesce(village_total.yellow_warnings, 0) as yellow_warnings,
        coalesce(village_total.reasons, '') as reasons,
        coalesce(open_total.reasons_open, '') as reasons_open
    from {{ ref('int_village__week') }} as village
    inner join {{ ref('int_calendar__week') }} as calendar on village.week_start = calendar.week_start
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on village.week_start = parameter.week_start
    left join village_total
        on
            village.week_start = village_total.week_start
            and village.village_id = village_total.village_id
    left join open_total
        on
            village.week_start = open_total.week_start
            and village.village_id = open_total.village_id
),

-- a colour is left only when the weeks it takes have all been better: what is shown is the worst of them
held as (
    select
        measured.week_start,
        measured.village_id,
        max(recent.severity) as severity
    from measured
    inner join measured as recent
        on
            measured.village_id = recent.village_id
            and measured.week_no >= recent.week_no
            and measured.week_no - measured.clean_weeks_to_step_down < recent.week_no
    group by measured.week_start, measured.village_id
),

coloured as (
    select
        measured.*,
        {{ colour_name('measured.severity') }} as measured_colour,
        coalesce(override.colour, {{ colour_name('held.severity') }}) as colour,
        override.village_id is null and held.severity > measured.severity as is_held,
        override.village_id is not null as is_overridden,
        override.reason as override_reason,
        override.valid_until as override_until,
        override.decider_body as override_body,
        override.decider_code as override_code
    from measured
    inner join held
        on
            measured.week_start = held.week_start
            and measured.village_id = held.village_id
    left join {{ ref('int_warning__override_week') }} as override
        on
            measured.week_start = override.week_start
            and measured.village_id = override.village_id
),

sequenced as (
    select
        *,
        lag(week_no) over (partition by village_id order by week_no) as previous_week_no,
        lag(colour) over (partition by village_id order by week_no) as last_known_colour,
        week_no - row_number() over (partition by village_id, colour order by week_no) as colour_no
    from coloured
)

select
    week_start,
    village_id,
    colour,
    case when previous_week_no = week_no - 1 then last_known_colour end as previous_colour,
    min(week_start) over (partition by village_id, colour, colour_no) as colour_since,
    cast(red_warnings as integer) as red_warnings,
    cast(yellow_warnings as integer) as yellow_warnings,
    reasons,
    reasons_open,
    measured_colour,
    is_held,
    is_overridden,
    override_reason,
    override_until,
    override_body,
    override_code
from sequenced
