-- The colour of a village as each circle of readers may know it: counted, held, followed and explained by the rules that the
-- circle may know of and by nothing else, so that no colour tells a wider circle what a narrower one keeps to itself.
with circle as (
    select *
    from (values ('open', 0), ('posts', 1), ('review', 2)) as reader (audience, reach)
),

-- of several versions of a rule the one that fewest may know of counts
rule_reach as (
    select
        rule.rule_id,
        max(circle.reach) as reach
    from {{ ref('warning_rules') }} as rule
    inner join circle on rule.audience = circle.audience
    group by rule.rule_id
),

rule_total as (
    select
        week_start,
        village_id,
        rule_id,
        max(case when colour = 'red' then 1 else 0 end) as has_red,
        sum(case when colour = 'red' then 1 else 0 end) as red_warnings,
        sum(case when colour = 'yellow' then 1 else 0 end) as yellow_warnings
    from {{ ref('int_warning__episode_week') }}
    where village_id is not null
    group by week_start, village_id, rule_id
),

village_total as (
    select
        rule_total.week_start,
        rule_total.village_id,
        circle.audience,
        max(rule_total.has_red) as has_red,
        sum(rule_total.red_warnings) as red_warnings,
        sum(rule_total.yellow_warnings) as yellow_warnings,
        {{ engine_string_agg('rule_total.rule_id', 'rule_total.rule_id') }} as reasons
    from rule_total
    inner join rule_reach on rule_total.rule_id = rule_reach.rule_id
    inner join circle on rule_reach.reach <= circle.reach
    group by rule_total.week_start, rule_total.village_id, circle.audience
),

-- the worst colour wins; a village without a warning is green
measured as (
    select
        village.week_start,
        calendar.week_no,
        village.village_id,
        circle.audience,
        parameter.clean_weeks_to_step_down,
        case
            when village_total.has_red = 1 then 2
            when village_total.village_id is not null then 1
            else 0
        end as severity,
        coalesce(village_total.red_warnings, 0) as red_warnings,
        coalesce(village_total.yellow_warnings, 0) as yellow_warnings,
        coalesce(village_total.reasons, '') as reasons
    from {{ ref('int_village__week') }} as village
    cross join circle
    inner join {{ ref('int_calendar__week') }} as calendar on village.week_start = calendar.week_start
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on village.week_start = parameter.week_start
    left join village_total
        on
            village.week_start = village_total.week_start
            and village.village_id = village_total.village_id
            and circle.audience = village_total.audience
),

-- a colour is left only when the weeks it takes have all been better: what is shown is the worst of them
held as (
    select
        measured.week_start,
        measured.village_id,
        measured.audience,
        max(recent.severity) as severity
    from measured
    inner join measured as recent
        on
            measured.village_id = recent.village_id
            and measured.audience = recent.audience
            and measured.week_no >= recent.week_no
            and measured.week_no - measured.clean_weeks_to_step_down < recent.week_no
    group by measured.week_start, measured.village_id, measured.audience
),

-- what a person has set is told with the colour, in every circle
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
            and measured.audience = held.audience
    left join {{ ref('int_warning__override_week') }} as override
        on
            measured.week_start = override.week_start
            and measured.village_id = override.village_id
),

sequenced as (
    select
        *,
        lag(week_no) over (partition by village_id, audience order by week_no) as previous_week_no,
        lag(colour) over (partition by village_id, audience order by week_no) as last_known_colour,
        week_no - row_number() over (partition by village_id, audience, colour order by week_no) as colour_no
    from coloured
)

select
    week_start,
    village_id,
    audience,
    colour,
    case when previous_week_no = week_no - 1 then last_known_colour end as previous_colour,
    min(week_start) over (partition by village_id, audience, colour, colour_no) as colour_since,
    cast(red_warnings as integer) as red_warnings,
    cast(yellow_warnings as integer) as yellow_warnings,
    reasons,
    measured_colour,
    is_held,
    is_overridden,
    override_reason,
    override_until,
    override_body,
    override_code
from sequenced
