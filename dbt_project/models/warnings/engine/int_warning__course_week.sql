-- The life of each warning, week by week: what is measured (state, colour) beside what is done about it (handling). The
-- two are apart: closing a warning changes nothing that is measured, and a warning that is gone need not be closed.
with fired as (
    select
        *,
        lag(colour) over (partition by warning_id order by week_no) as previous_colour
    from {{ ref('int_warning__episode_week') }}
),

{%- set carried = [
    'warning_id', 'rule_id', 'subject_type', 'subject_id', 'village_id', 'first_week', 'last_week', 'weeks_open', 'colour',
    'colour_since', 'measured', 'operator', 'threshold', 'owner_type', 'days_to_act', 'detail_zh', 'restricted',
] %}

-- a cleared row in the first week it is gone, with what it last was; what is held back is not gone
course as (
    select
        week_start,
        week_end,
        {{ carried | join(', ') }},
        previous_colour,
        false as is_cleared
    from fired
    union all
    select
        calendar.week_start,
        calendar.week_end,
        {%- for column in carried %}
        fired.{{ column }},
    {%- endfor %}
        fired.colour as previous_colour,
        true as is_cleared
    from fired
    inner join {{ ref('int_calendar__week') }} as calendar on fired.week_no + 1 = calendar.week_no
    left join {{ ref('int_warning__judged_week') }} as held_back
        on
            calendar.week_start = held_back.week_start
            and fired.rule_id = held_back.rule_id
            and fired.subject_type = held_back.subject_type
            and fired.subject_id = held_back.subject_id
            and coalesce(fired.village_id, '') = coalesce(held_back.village_id, '')
            and held_back.withheld is not null
    where
        fired.week_start = fired.last_week
        and held_back.rule_id is null
),

handled as (
    select
        course.*,
        relapse.relapse_of,
        parameter.raised_days_red,
        coalesce(handling.handling, 'none') as handling,
        handling.handling_since,
        handling.handler_code,
        handling.measure_zh,
        handling.promised_on,
        handling.closed_on,
        handling.look_back_due_on,
        coalesce(handling.is_closed, false) as is_closed,
        coalesce(handling.extended_to, {{ engine_date_add_days('course.colour_since', 'course.days_to_act') }}) as act_by
    from course
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on course.week_start = parameter.week_start
    left join {{ ref('int_warning__relapse') }} as relapse on course.warning_id = relapse.warning_id
    left join {{ ref('int_warning__handling_week') }} as handling
        on
            course.week_start = handling.week_start
            and course.warning_id = handling.warning_id
),

clocked as (
    select
        *,
        case
            when is_cleared or is_closed or act_by >= week_end then 0
            else {{ engine_date_diff_days('act_by', 'week_end') }}
        end as days_overdue
    from handled
)

select
    week_start,
    week_end,
    {%- for column in carried %}
    {{ column }},
    {%- endfor %}
    previous_colour,
    case
        when is_cleared then 'cleared'
        when weeks_open = 1 then 'new'
        else 'continuing'
    end as state,
    case
        when is_cleared then 'cleared'
        when weeks_open = 1 and relapse_of is not null then 'relapsed'
        when weeks_open = 1 then 'new'
        when colour = 'red' and previous_colour = 'yellow' then 'escalated'
        when colour = 'yellow' and previous_colour = 'red' then 'eased'
        else 'continuing'
    end as appeared,
    relapse_of,
    handling,
    handling_since,
    handler_code,
    measure_zh,
    promised_on,
    act_by,
    days_overdue,
    -- overdue raises the level by one of itself; the colour, which is measured, stays
    case when days_overdue > 0 then 'red' else colour end as level,
    -- what is overdue at red is proposed for a talk: whether there is one, a person decides
    days_overdue > case colour when 'red' then 0 else raised_days_red end as is_talk_proposed,
    closed_on,
    look_back_due_on,
    is_closed and not is_cleared as is_closed_but_measured
from clocked
