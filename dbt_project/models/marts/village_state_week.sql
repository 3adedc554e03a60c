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
coloured as (
    select
        village.week_start,
        calendar.week_no,
        village.village_id,
        case
            when village_total.has_red = 1 then 'red'
            when village_total.village_id is not null then 'yellow'
            else 'green'
        end as colour,
        coalesce(village_total.red_warnings, 0) as red_warnings,
        coalesce(village_total.yellow_warnings, 0) as yellow_warnings,
        coalesce(village_total.reasons, '') as reasons,
        coalesce(open_total.reasons_open, '') as reasons_open
    from {{ ref('int_village__week') }} as village
    inner join {{ ref('int_calendar__week') }} as calendar on village.week_start = calendar.week_start
    left join village_total
        on
            village.week_start = village_total.week_start
            and village.village_id = village_total.village_id
    left join open_total
        on
            village.week_start = open_total.week_start
            and village.village_id = open_total.village_id
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
    reasons_open
from sequenced
